"""Follows a NumPy loss in numbers of many digits: an array that answers NumPy's own functions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

Array = Any
Words = Mapping[str, Callable[..., Array]]


def followed(function: Callable[..., Any], arrays: Sequence[Array], words: Words) -> Any:
    """Return the loss as a function of arrays of many-digit numbers."""

    def along(given: Sequence[Array]) -> Array:
        Digits.last = None
        found = function(*(digits(each, words) for each in given))
        if isinstance(found, float) and Digits.last is not None and found == Digits.last[1]:
            found = Digits.last[0]  # `float(...)` in the last line would round it
        if not isinstance(found, Digits):
            raise TypeError("the digits were lost on the way, as by numpy.asarray(..., float)")
        return np.asarray(found)

    return along


def digits(array: Array, words: Words) -> Array:
    """Wrap an array of many-digit numbers; other arrays stay plain."""
    array = np.asarray(array)
    if array.dtype != object:
        return array
    found = array.view(Digits)
    found.words = words
    return found


class Digits(np.ndarray):
    """An array of many-digit numbers: what NumPy has no loop for is looked up by name."""

    words: Words
    last: ClassVar[tuple[Any, float] | None] = None
    """What was last made a Python float, and the float."""

    def __float__(self) -> float:
        found = float(_plain(self).item())
        Digits.last = (self.copy(), found)
        return found

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        found = super().__array_function__(function, types, args, kwargs)
        return found if isinstance(found, Digits | tuple | list) else self._wrapped(found)

    def __array_finalize__(self, source: Any) -> None:
        self.words = getattr(source, "words", {})

    @property
    def dtype(self) -> Any:
        """Pass for double precision, so that `numpy.finfo(p.dtype)` has an answer."""
        return np.dtype(np.float64)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        if np.dtype(dtype).kind == "f":
            return self.copy()
        return _plain(self).astype(dtype, *args, **kwargs)

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return found if isinstance(found, np.ndarray) else self._wrapped(found)

    def item(self, *index: Any) -> Any:
        return self[index] if index else self.reshape(())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.pop("out", (None,))[0]
        plain = [_plain(each) for each in inputs]
        if method == "__call__" and ufunc.__name__ in self.words:
            found = self.words[ufunc.__name__](*plain)
        elif ufunc.__name__ == "clip":
            found = _clip(self.words, *plain)
        else:
            options.pop("dtype", None)
            found = getattr(ufunc, method)(*plain, **options)
        if out is None:
            return self._wrapped(found)
        _plain(out)[...] = found
        return out

    def _wrapped(self, found: Any) -> Any:
        array = np.asarray(found)
        if array.dtype.kind not in "fO" or not all(map(_numeric, array.flat)):
            return found
        return digits(array.astype(object), self.words)


def _numeric(entry: Any) -> bool:
    return isinstance(entry, int | float) or hasattr(entry, "_mpf_")


def _plain(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Digits) else array


def _clip(words: Words, array: Array, low: Any, high: Any) -> Array:
    found = array if low is None else words["maximum"](array, low)
    return found if high is None else words["minimum"](found, high)
