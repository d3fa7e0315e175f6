"""TensorFlow."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from lossary.backends import _tensorflow_namespace
from lossary.backends._protocol import Array, Backend
from lossary.errors import ShapeError


class _Tensorflow(Backend):
    name = "tensorflow"
    xp = _tensorflow_namespace
    hints = {
        "move": "tensorflow.experimental.numpy.moveaxis({x}, 1, -1)",
        "argmax": "tensorflow.argmax({x}, -1)",
        "integer": "tensorflow.cast({x}, tensorflow.int64)",
        "boolean": "tensorflow.cast({x}, bool)",
        "dense": "tensorflow.convert_to_tensor({x})",
    }

    def kind(self, array: Array) -> str:
        dtype = array.dtype
        if dtype.is_floating:
            return "float"
        if dtype.is_bool:
            return "boolean"
        return "integer" if dtype.is_integer else "other"

    def shape(self, array: Array) -> tuple[Any, ...]:
        if array.shape.rank is None:
            raise ShapeError(
                "a tensor's number of axes is not known in this traced function.\n"
                "Hint: tensorflow.ensure_shape(tensor, [None, 3]) tells it."
            )
        return tuple(array.shape)

    def wide(self, array: Array | None) -> Any:
        return tf.float32 if array is None or array.dtype.size < 4 else array.dtype

    def cast(self, array: Array, dtype: Any) -> Array:
        return tf.cast(array, dtype)

    def total(self, array: Array, axis: Any = None) -> Array:
        # TensorFlow adds one after another: past 2^24 ones in single precision none count.
        return tf.cast(tf.reduce_sum(tf.cast(array, tf.float64), axis), array.dtype)

    def taken(self, array: Array) -> Array:
        return tf.convert_to_tensor(array)

    def held(self, arrays: tuple[Array, ...], patterns: tuple[Any, ...]) -> tuple[Array, ...]:
        if all(None not in array.shape for array in arrays):
            return arrays
        sizes: dict[Any, Any] = {}
        checks = []
        for array, pattern in zip(arrays, patterns, strict=True):
            named = _axes(pattern, array.shape.rank)
            for axis, size in zip(named, tf.unstack(tf.shape(array)), strict=True):
                known = sizes.setdefault(axis, size)
                checks.append(tf.debugging.assert_equal(known, size, "sizes that do not fit"))
        with tf.control_dependencies([check for check in checks if check is not None]):
            return tuple(tf.identity(array) for array in arrays)

    def count(self, array: Array) -> Any:
        return tf.size(array)

    def array(self, values: Any, precision: str | None = None) -> Array:
        found = tf.convert_to_tensor(np.asarray(values))
        return tf.cast(found, precision) if precision and found.dtype.is_floating else found

    def whole(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return tf.function(function)

    def counter(self) -> Any:
        return tf.zeros((), tf.int64)

    def number(self, value: float, like: Array) -> Any:
        return tf.constant(value, like.dtype)

    def real(self, count: Any, like: Array) -> Any:
        return tf.cast(count, like.dtype)

    def sparse(self, array: Array) -> bool:
        return isinstance(array, (tf.IndexedSlices, tf.SparseTensor, tf.RaggedTensor))

    def scalar(self, value: Any, like: Array) -> Array:
        return tf.cast(value, like.dtype)

    def numpy(self, array: Array) -> Any:
        array = tf.convert_to_tensor(array)
        return (tf.cast(array, tf.float32) if array.dtype.size == 2 else array).numpy()

    def device(self, array: Array) -> Any:
        return getattr(array, "device", None) if self.concrete(array) else None

    def concrete(self, array: Array) -> bool:
        return tf.executing_eagerly()

    def gradient(self, function: Callable[[Array], Array], array: Array) -> Array:
        array = tf.convert_to_tensor(array)
        with tf.GradientTape() as tape:
            tape.watch(array)
            value = function(array)
        return tape.gradient(value, array, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def _axes(pattern: tuple[str, ...], rank: int) -> list[Any]:
    """Name each axis of an array; those that the dots stand for are numbered."""
    extra = rank - len(pattern) + 1
    return [
        name
        for axis in pattern
        for name in ([("...", i) for i in range(extra)] if axis == "..." else [axis])
    ]


backend = _Tensorflow()
