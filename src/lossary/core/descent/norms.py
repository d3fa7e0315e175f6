"""How large arrays are: their Euclidean norm, that of each trial by itself."""

from collections.abc import Sequence
from typing import Any

from lossary.backends import Backend
from lossary.core.descent.settings import spread

Array = Any


def norm(backend: Backend, array: Array, stacked: int) -> Array:
    """Return the Euclidean norm of an array: a number, or one for each of `stacked` trials.

    Neither huge nor tiny entries are lost, though their squares would be; an infinite entry makes
    it NaN.
    """
    array, first = backend.cast(array, backend.wide(array)), int(bool(stacked))
    axes = tuple(range(first, len(backend.shape(array))))
    found = length(backend.xp, array, axes)
    return found[(slice(None),) * first + (0,) * len(axes)] if axes else found


def length(xp: Any, array: Array, axes: tuple[int, ...]) -> Array:
    """Return the Euclidean norm over some axes, which are kept with size 1."""
    size = xp.abs(array)
    if not axes or 0 in tuple(array.shape):
        return xp.sum(size, axis=axes, keepdims=True) if axes else size
    largest = xp.max(size, axis=axes, keepdims=True)
    unit = xp.where(largest > 0, largest, xp.ones_like(largest))
    share = array / unit
    return unit * xp.sqrt(xp.sum(share * share, axis=axes, keepdims=True))


def joint_norm(backend: Backend, arrays: Sequence[Array], stacked: int) -> Array:
    """Return the Euclidean norm of all arrays together, in the precision of the first."""
    dtype = backend.wide(arrays[0])
    each = [backend.cast(norm(backend, array, stacked), dtype) for array in arrays]
    return norm(backend, backend.xp.stack(each, axis=-1), stacked)


def unset(backend: Backend, like: Array, stacked: int) -> Array:
    """Return the number zero that a state may carry as an array, or one for each trial."""
    like = backend.cast(like, backend.wide(like))
    found = backend.xp.row((0.0,) * (stacked or 1), like)
    return found if stacked else found[0]


def times(backend: Backend, array: Array, factor: Array, stacked: int) -> Array:
    """Multiply an array, at least in single precision, by a number for all or for each trial."""
    array = backend.cast(array, backend.wide(array))
    factor = backend.cast(factor, array.dtype) if hasattr(factor, "dtype") else factor
    return array * met(backend, factor, array, stacked)


def met(backend: Backend, number: Any, array: Array, stacked: int) -> Any:
    """Give one number for each trial the axes of an array; leave a single number as it is."""
    if not stacked or not getattr(number, "ndim", 0):
        return number
    return spread(number, len(backend.shape(array)) - 1)
