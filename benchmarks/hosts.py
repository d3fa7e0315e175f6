"""How each framework computes a value, and a value and its slope; a call ends when it is done."""

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[[Any, Any], Any]
Call = Callable[[], Any]


class Host:
    """NumPy. A contestant is a function of prediction and target, and for NumPy its slope too."""

    name = library = "numpy"

    def array(self, values: np.ndarray) -> Any:
        return values

    def forward(self, value: Function, p: Any, t: Any) -> Call:
        return lambda: value(p, t)

    def both(self, value: Function, p: Any, t: Any) -> Call:
        return lambda: value.with_slope(p, t)  # type: ignore[attr-defined]


class Torch(Host):
    """PyTorch as it comes: one operation after the other."""

    name = library = "torch"

    def array(self, values: np.ndarray) -> Any:
        import torch

        return torch.from_numpy(values)

    def forward(self, value: Function, p: Any, t: Any) -> Call:
        return lambda: value(p, t)

    def both(self, value: Function, p: Any, t: Any) -> Call:
        import torch

        leaf = p.clone().requires_grad_()

        def call() -> Any:
            found = value(leaf, t)
            return found, torch.autograd.grad(found, leaf)[0]

        return call


class Compiled(Torch):
    """PyTorch through its compiler, each row for its own size."""

    name = "torch.compile"

    def forward(self, value: Function, p: Any, t: Any) -> Call:
        return super().forward(_whole(value), p, t)

    def both(self, value: Function, p: Any, t: Any) -> Call:
        return super().both(_whole(value), p, t)


def _whole(value: Function) -> Function:
    import torch

    torch.compiler.reset()  # each row anew: otherwise the second size is compiled for any size
    return torch.compile(lambda p, t: value(p, t), fullgraph=True, dynamic=False)


class Jax(Host):
    """JAX, compiled."""

    name, library = "jax.jit", "jax"

    def array(self, values: np.ndarray) -> Any:
        import jax

        return jax.numpy.asarray(values)

    def forward(self, value: Function, p: Any, t: Any) -> Call:
        import jax

        whole = jax.jit(value)
        return lambda: jax.block_until_ready(whole(p, t))

    def both(self, value: Function, p: Any, t: Any) -> Call:
        import jax

        whole = jax.jit(jax.value_and_grad(value))
        return lambda: jax.block_until_ready(whole(p, t))


class Tensorflow(Host):
    """TensorFlow, traced to a graph."""

    name, library = "tf.function", "tensorflow"

    def array(self, values: np.ndarray) -> Any:
        import tensorflow as tf

        return tf.constant(values)

    def forward(self, value: Function, p: Any, t: Any) -> Call:
        import tensorflow as tf

        whole = tf.function(value)
        return lambda: whole(p, t)

    def both(self, value: Function, p: Any, t: Any) -> Call:
        import tensorflow as tf

        @tf.function
        def whole(p: Any, t: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(p)
                found = value(p, t)
            return found, tape.gradient(found, p)

        return lambda: whole(p, t)


HOSTS = (Host(), Torch(), Compiled(), Jax(), Tensorflow())
