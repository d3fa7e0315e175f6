"""Slopes for NumPy: an array that remembers how it was made, and the walk back along that memory.

NumPy's own protocols hand every function of a `Traced` array to it, so the namespace stays NumPy.
"""

from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np

from lossary.errors import GradientError
from lossary.slopes import SLOPES, Rule

Pull = Callable[[np.ndarray], np.ndarray]
_SERIAL = count()
_ALIASES = {"absolute": "abs", "true_divide": "divide", "float_power": "power"}


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """An array's value, and for each of its parents the function that pulls a slope back to it."""

    def __init__(self, value: np.ndarray, parents: tuple[tuple["Traced", Pull], ...] = ()) -> None:
        self.value, self.parents, self.serial = np.asarray(value), parents, next(_SERIAL)

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    dtype = property(lambda self: self.value.dtype)
    size = property(lambda self: self.value.size)

    def __getitem__(self, key: Any) -> "Traced":
        def pull(slope: np.ndarray) -> np.ndarray:
            back = np.zeros_like(self.value)
            np.add.at(back, key, slope)
            return back

        return Traced(self.value[key], ((self, pull),))

    @property
    def T(self) -> "Traced":  # noqa: N802 (NumPy's name)
        return Traced(self.value.T, ((self, np.transpose),))

    def sum(self, axis: Any = None, **settings: Any) -> "Traced":
        return _sum(self, axis, **settings)

    def mean(self, axis: Any = None, **settings: Any) -> Any:
        return _mean(self, axis, **settings)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"an array that is being differentiated has no .{name}.\n"
            f"Hint: operators and NumPy's functions, such as np.sum(x, axis=-1)."
        )

    def astype(self, dtype: Any) -> "Traced":
        return Traced(self.value.astype(dtype), ((self, lambda slope: slope),))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **_: Any) -> Any:
        values = [plain(each) for each in inputs]
        out = ufunc(*values)
        if ufunc in SPECIAL:
            return SPECIAL[ufunc](*inputs)
        name = _ALIASES.get(ufunc.__name__, ufunc.__name__)
        rule = SLOPES.get(name) or _CALLERS.get(name)
        if rule is None:
            if np.asarray(out).dtype.kind == "f":
                raise GradientError(f"no slope is known for numpy.{ufunc.__name__}.")
            return out  # a comparison: no slope passes through it
        return linked(out, inputs, rule(PLAIN, out, *values))

    def __array_function__(self, function: Any, types: Any, args: Any, settings: Any) -> Any:
        if function in (np.zeros_like, np.ones_like, np.shape, np.ndim, np.size):
            return function(*[plain(each) for each in args], **settings)
        if function not in SPECIAL:
            raise GradientError(f"no slope is known for numpy.{function.__name__}.")
        return SPECIAL[function](*args, **settings)


def logistic(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) without overflow, and without losing the tail on the left."""
    small = np.exp(-abs(x))
    return np.where(x >= 0, np.ones_like(small), small) / (1 + small)


PLAIN = SimpleNamespace(sign=np.sign, exp=np.exp, log=np.log, where=np.where, sigmoid=logistic)
"""The words that the table of slopes uses."""


_CALLERS: dict[str, Rule] = {
    "cos": lambda xp, out, x: (-np.sin(x),),
    "sin": lambda xp, out, x: (np.cos(x),),
    "square": lambda xp, out, x: (2 * x,),
}
"""Functions that no formula of ours is made of, but callers' objectives are."""


def plain(array: Any) -> Any:
    """Return what is remembered of an array without the memory."""
    return array.value if isinstance(array, Traced) else array


def linked(out: np.ndarray, inputs: tuple[Any, ...], partials: tuple[Any, ...]) -> Traced:
    """Tie a result to the inputs it came from, entry by entry, through its partial slopes."""

    def pull_to(parent: Traced, partial: Any) -> Pull:
        return lambda slope: _folded(slope * partial, parent.shape)

    pairs = zip(inputs, partials, strict=True)
    return Traced(
        out, tuple((each, pull_to(each, part)) for each, part in pairs if isinstance(each, Traced))
    )


def gradient(function: Callable[[Any], Any], array: np.ndarray) -> np.ndarray:
    """Return the slope of a scalar function of one array."""
    start = Traced(array)
    with np.errstate(all="ignore"):  # an untaken branch may overflow; the taken one tells
        end = function(start)
        if not isinstance(end, Traced):
            return np.zeros_like(array)
        slopes = {end.serial: (end, np.ones_like(end.value))}
        while slopes:
            node, slope = slopes.pop(max(slopes))
            if node is start:
                return slope.astype(array.dtype)
            for parent, pull in node.parents:
                _, sofar = slopes.get(parent.serial, (parent, 0.0))
                slopes[parent.serial] = parent, sofar + pull(slope)
    return np.zeros_like(array)


def _folded(slope: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum over the axes along which an entry was repeated."""
    slope = np.asarray(slope)
    slope = slope.sum(axis=tuple(range(slope.ndim - len(shape))))
    repeated = tuple(i for i, size in enumerate(shape) if size == 1 and slope.shape[i] != 1)
    return slope.sum(axis=repeated, keepdims=True) if repeated else slope


def _sum(x: Traced, axis: Any = None, keepdims: bool = False, **_: Any) -> Traced:
    out = x.value.sum(axis=axis, keepdims=keepdims)
    kept = x.value.sum(axis=axis, keepdims=True).shape
    return Traced(out, ((x, lambda slope: np.broadcast_to(np.reshape(slope, kept), x.shape)),))


def _mean(x: Traced, axis: Any = None, **settings: Any) -> Any:
    found = _sum(x, axis, **settings)
    return found / max(x.size // max(found.size, 1), 1)


def _max(x: Traced, axis: Any = None, keepdims: bool = False, **_: Any) -> Traced:
    top = x.value.max(axis=axis, keepdims=True)
    share = (x.value == top) / (x.value == top).sum(axis=axis, keepdims=True)
    out = top if keepdims else top.squeeze(axis)
    return Traced(out, ((x, lambda slope: np.reshape(slope, top.shape) * share),))


def _where(condition: Any, yes: Any, no: Any) -> Traced:
    condition = plain(condition)
    out = np.where(condition, plain(yes), plain(no))
    # Chosen, not multiplied: an infinite slope must not meet the zero of the other branch.
    pulls = (
        lambda slope: _folded(np.where(condition, slope, 0.0), np.shape(plain(yes))),
        lambda slope: _folded(np.where(condition, 0.0, slope), np.shape(plain(no))),
    )
    pairs = zip((yes, no), pulls, strict=True)
    return Traced(out, tuple(pair for pair in pairs if isinstance(pair[0], Traced)))


def _matmul(x: Any, y: Any) -> Traced:
    turned = np.matrix_transpose
    pulls = (lambda slope: slope @ turned(plain(y)), lambda slope: turned(plain(x)) @ slope)
    pairs = zip((x, y), pulls, strict=True)
    return Traced(plain(x) @ plain(y), tuple(pair for pair in pairs if isinstance(pair[0], Traced)))


def _clip(x: Any, min: Any = None, max: Any = None) -> Any:  # noqa: A002 (the standard's names)
    x = x if min is None else np.where(x < min, min, x)
    return x if max is None else np.where(x > max, max, x)


SPECIAL: dict[Any, Callable[..., Any]] = {
    np.sum: _sum,
    np.mean: _mean,
    np.max: _max,
    np.where: _where,
    np.clip: _clip,
    np.matmul: _matmul,
    np.maximum: lambda x, y: np.where((x < y) | (y != y), y, x),
    np.minimum: lambda x, y: np.where((x > y) | (y != y), y, x),
    np.matrix_transpose: lambda x: Traced(
        np.matrix_transpose(x.value), ((x, np.matrix_transpose),)
    ),
    np.stack: lambda arrays, axis=0: sum(
        (_placed(each, i, len(arrays), axis) for i, each in enumerate(arrays)), 0.0
    ),
}
"""Functions that are no entry-by-entry ufunc, or whose ties want our convention."""


def _placed(x: Any, index: int, size: int, axis: int) -> Any:
    """Put one array at its place in a stack of zeros."""
    hot = np.zeros(size)
    hot[index] = 1.0
    shape = [1] * (np.ndim(plain(x)) + 1)
    shape[axis] = size
    expanded = np.expand_dims(plain(x), axis)
    out = expanded * hot.reshape(shape)
    pull = lambda slope: np.take(slope, index, axis=axis)  # noqa: E731
    return Traced(out, ((x, pull),)) if isinstance(x, Traced) else out
