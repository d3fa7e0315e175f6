"""How each framework computes a value, and a value and its slope; a call ends when it is done."""

import types
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.contestants import Contestant

Function = Callable[[Any, Any], Any]
Call = Callable[[], Any]


class Host:
    """NumPy. A contestant's function gives value, slope and curvature by methods of its own."""

    name = library = "numpy"

    def array(self, values: np.ndarray) -> Any:
        return values

    def prepare(self, which: str, who: Contestant, p: Any, t: Any) -> Call:
        """Return the call that is timed for a pass: "forward", "both" or "bend"."""
        function: Any = who.function
        if which == "forward":
            return lambda: function(p, t)
        found = function.with_slope if which == "both" else function.slope_and_curvature
        return lambda: found(p, t)

    def forget(self) -> None:
        """Drop what was compiled for other rows."""


class Torch(Host):
    """PyTorch, one operation after the other; and a contestant through its compiler."""

    name = library = "torch"

    def array(self, values: np.ndarray) -> Any:
        import torch

        return torch.from_numpy(values)

    def prepare(self, which: str, who: Contestant, p: Any, t: Any) -> Call:
        import torch

        value = _whole(who.function) if who.compiled else who.function
        if which == "forward":
            return lambda: value(p, t)
        leaf = p.clone().requires_grad_()

        def call() -> Any:
            found = value(leaf, t)
            return found, torch.autograd.grad(found, leaf)[0]

        return call

    def forget(self) -> None:
        import torch

        torch.compiler.reset()


def _whole(value: Function) -> Function:
    """Compile a function for its own sizes, apart from all others that are compiled."""
    import torch

    def plain(p: Any, t: Any) -> Any:
        return value(p, t)

    code = plain.__code__.replace(co_name=f"plain_{id(value)}")  # the compiler keeps work by code
    alone = types.FunctionType(code, globals(), plain.__name__, None, plain.__closure__)
    return torch.compile(alone, dynamic=False)


class Jax(Host):
    """JAX, compiled."""

    name, library = "jax.jit", "jax"

    def array(self, values: np.ndarray) -> Any:
        import jax

        return jax.numpy.asarray(values)

    def prepare(self, which: str, who: Contestant, p: Any, t: Any) -> Call:
        import jax

        whole = jax.jit(who.function if which == "forward" else jax.value_and_grad(who.function))
        return lambda: jax.block_until_ready(whole(p, t))


class Tensorflow(Host):
    """TensorFlow, traced to a graph."""

    name, library = "tf.function", "tensorflow"

    def array(self, values: np.ndarray) -> Any:
        import tensorflow as tf

        return tf.constant(values)

    def prepare(self, which: str, who: Contestant, p: Any, t: Any) -> Call:
        import tensorflow as tf

        value = who.function
        if which == "forward":
            traced = tf.function(value)
            return lambda: traced(p, t)

        @tf.function
        def whole(p: Any, t: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(p)
                found = value(p, t)
            return found, tape.gradient(found, p)

        return lambda: whole(p, t)


def open_in_order() -> None:
    """Open PyTorch's compiler before TensorFlow: with it comes Triton, which must not be second."""
    import_module("torch._dynamo")


HOSTS = (Host(), Torch(), Jax(), Tensorflow())
