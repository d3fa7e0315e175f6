"""NumPy: the reference. It has no slopes of its own, so a tape gives them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.backends import _numpy_namespace, _tape
from lossary.backends._protocol import Array, Backend

_KINDS = {"f": "float", "i": "integer", "u": "integer", "b": "boolean"}


class _Numpy(Backend):
    name = "numpy"
    xp = _numpy_namespace
    hints = {
        "move": "numpy.moveaxis({x}, 1, -1)",
        "argmax": "{x}.argmax(-1)",
        "integer": "{x}.astype(int)",
        "boolean": "{x} != 0",
        "dense": "{x}.todense()",
    }

    def kind(self, array: Array) -> str:
        found = _KINDS.get(array.dtype.kind)
        # bfloat16 comes from another package, as a kind of its own.
        return found or ("float" if array.dtype.name == "bfloat16" else "other")

    def refusal(self, kind: type) -> str | None:
        if issubclass(kind, np.ma.MaskedArray):
            return "its own mask would be obeyed in part.\nHint: array.data, with mask=~array.mask."
        if issubclass(kind, np.matrix):
            return "it never has fewer than two axes.\nHint: numpy.asarray(matrix)."
        return None

    def wide(self, array: Array | None) -> Any:
        if array is None:
            return np.float64
        return array.dtype if array.dtype.itemsize >= 4 else np.float32

    def cast(self, array: Array, dtype: Any) -> Array:
        if array.dtype == dtype:
            return array
        return array.astype(dtype)

    def count(self, array: Array) -> Any:
        return array.size

    def array(self, values: Any, precision: str | None = None) -> Array:
        values = np.asarray(values)
        return values.astype(precision) if precision and values.dtype.kind == "f" else values

    def whole(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    def scalar(self, value: Any, like: Array) -> Array:
        return np.asarray(value, dtype=like.dtype)

    def total(self, array: Array, axis: Any = None) -> Array:
        # Along an axis NumPy adds one after another: past 2^24 ones in single precision none count.
        return np.sum(array, axis=axis, dtype=np.float64).astype(array.dtype)

    def quiet(self) -> Any:
        return np.errstate(all="ignore")

    def numpy(self, array: Array) -> Any:
        array = np.asarray(_tape.plain(array))
        return array.astype(np.float32) if array.dtype.itemsize == 2 else array

    def device(self, array: Array) -> Any:
        return None

    def concrete(self, array: Array) -> bool:
        return True

    def gradient(self, function: Callable[[Array], Array], array: Array) -> Array:
        return _tape.gradient(function, array)


backend = _Numpy()
