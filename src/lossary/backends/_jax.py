"""JAX."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from lossary.backends import _jax_namespace
from lossary.backends._protocol import Array, Backend, containers


class _Jax(Backend):
    name = "jax"
    xp = _jax_namespace
    hints = {
        "move": "jax.numpy.moveaxis({x}, 1, -1)",
        "argmax": "{x}.argmax(-1)",
        "integer": "{x}.astype(int)",
        "boolean": "{x} != 0",
        "dense": "{x}.todense()",
    }

    def kind(self, array: Array) -> str:
        dtype = array.dtype
        for name, kind in (
            (jax.numpy.floating, "float"),
            (jax.numpy.integer, "integer"),
            (jax.numpy.bool_, "boolean"),
        ):
            if jax.numpy.issubdtype(dtype, name):
                return kind
        return "other"

    def wide(self, array: Array | None) -> Any:
        if array is None:
            return jax.dtypes.canonicalize_dtype(np.float64)
        return np.dtype(np.float32) if array.dtype.itemsize < 4 else array.dtype

    def cast(self, array: Array, dtype: Any) -> Array:
        return array if dtype is not int and array.dtype == dtype else array.astype(dtype)

    def count(self, array: Array) -> Any:
        return array.size

    def array(self, values: Any, precision: str | None = None) -> Array:
        values = np.asarray(values)
        return jax.numpy.asarray(values, dtype=precision if values.dtype.kind == "f" else None)

    def whole(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return jax.jit(function)

    def counter(self) -> Any:
        return jax.numpy.zeros((), dtype=jax.numpy.int32)

    def number(self, value: float, like: Array) -> Any:
        return jax.numpy.full((), value, dtype=like.dtype)

    def real(self, count: Any, like: Array) -> Any:
        return jax.numpy.asarray(count, dtype=like.dtype)

    def scalar(self, value: Any, like: Array) -> Array:
        return jax.numpy.asarray(value, dtype=like.dtype)

    def numpy(self, array: Array) -> Any:
        array = np.asarray(array)
        return array.astype(np.float32) if array.dtype.itemsize == 2 else array

    def device(self, array: Array) -> Any:
        if isinstance(array, jax.core.Tracer):
            return None
        return frozenset(array.devices())

    def concrete(self, array: Array) -> bool:
        return not isinstance(array, jax.core.Tracer)

    def gradient(self, function: Callable[[Array], Array], array: Array) -> Array:
        return jax.grad(function)(array)


backend = _Jax()
for container in containers:
    jax.tree_util.register_pytree_node(container, container.flatten, container.unflatten)
