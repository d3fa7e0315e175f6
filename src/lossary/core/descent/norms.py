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
    xp, array = backend.xp, backend.cast(array, backend.wide(array))
    size = xp.abs(array)
    behind = len(backend.shape(array)) - bool(stacked)
    axes = tuple(range(bool(stacked), behind + bool(stacked)))
    if not axes or 0 in backend.shape(array):
        return xp.sum(size, axis=axes) if axes else size
    largest = xp.max(size, axis=axes)
    unit = xp.where(largest > 0, largest, xp.ones_like(largest))
    share = array / (spread(unit, behind) if stacked else unit)
    return unit * xp.sqrt(xp.sum(share * share, axis=axes))


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
