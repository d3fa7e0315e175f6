"""TensorFlow, eager and on the CPU: its arrays lie in memory that NumPy can look at.

In a `tf.function` the definition serves: XLA fuses it as well as a kernel does, and a call into
Python could be neither compiled by XLA nor saved with a model. Small arrays are left to it too.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

# There is no public way to ask whether a tape follows an array.
from tensorflow.python.eager.record import could_possibly_record, should_record_backprop

from lossary.kernels.hosts import numpy as memory

Array = Any
LEAST = 1 << 15
"""Entries from which on a kernel makes up for the way through NumPy."""
REDUCED = ("mean", "sum", "none")


def takes(kind: type) -> bool:
    """Say whether arrays of this class hold their values now."""
    return kind.__name__ == "EagerTensor"


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    first, given = arrays[0], [each for each in (*arrays, weight, mask) if each is not None]
    if request not in (*REDUCED, "gradient:sum", "gradient:mean") or not loss.trainable:
        return None
    if not all(takes(type(each)) and "CPU" in each.device for each in given):
        return None
    # In half precision the slopes of a mean would vanish before they are scaled.
    if first.shape.num_elements() < LEAST or first.dtype not in (tf.float32, tf.float64):
        return None
    if memory.kernel_for(loss, request, *_seen(arrays, weight, mask)) is None:
        return None
    others = [each for each in (*arrays[1:], weight, mask) if each is not None]
    if could_possibly_record() and any(should_record_backprop([each]) for each in others):
        return None  # a tape follows more than the prediction
    call = Call(loss, arrays, weight, mask)
    if request in REDUCED:
        return call.judged(request)(first)
    return call.sloped(request.partition(":")[2])(first)


def _seen(arrays: tuple[Array, ...], weight: Any, mask: Any) -> Any:
    w, m = (None if each is None else np.asarray(each) for each in (weight, mask))
    return tuple(map(np.asarray, arrays)), w, m


@dataclass(frozen=True)
class Call:
    """One call: functions of the prediction, with slopes that a tape can follow."""

    loss: Any
    arrays: tuple[Array, ...]
    weight: Any
    mask: Any

    def _told(self, request: str, prediction: Array) -> Array:
        seen = _seen((prediction, *self.arrays[1:]), self.weight, self.mask)
        return tf.convert_to_tensor(memory.answer(self.loss, request, *seen))

    def judged(self, reduction: str) -> Any:
        """Return the loss as a function of the prediction; a kernel gives its slopes."""
        sloped = self.sloped("mean" if reduction == "mean" else "sum")

        @tf.custom_gradient
        def value(prediction: Array) -> Any:
            def slope(upstream: Array) -> Array:
                found = sloped(prediction)
                extra = len(found.shape) - len(upstream.shape) if reduction == "none" else 0
                return found * upstream[(..., *([None] * extra))]

            return self._told(reduction, prediction), slope

        return value

    def sloped(self, reduction: str) -> Any:
        """Return the slopes as a function of the prediction; their own are the definition's."""

        @tf.custom_gradient
        def slopes(prediction: Array) -> Any:
            def again(upstream: Array) -> Array:
                with tf.GradientTape() as outer, tf.GradientTape() as inner:
                    outer.watch(prediction)
                    inner.watch(prediction)
                    given = (prediction, *self.arrays[1:])
                    found = self.loss.defined(reduction, given, self.weight, self.mask)
                    first = inner.gradient(found, prediction)
                return outer.gradient(first, prediction, output_gradients=upstream)

            return self._told(f"gradient:{reduction}", prediction), again

        return slopes
