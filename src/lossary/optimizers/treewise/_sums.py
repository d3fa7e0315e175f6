"""Sums over all arrays of a tree, and numbers that meet each of them."""

from collections.abc import Iterable
from typing import Any

from lossary.backends import Backend
from lossary.core.descent.settings import spread
from lossary.core.descent.trees import Leaves

Array = Any


def added(backend: Backend, arrays: Iterable[Array], stacked: int) -> Array:
    """Sum the entries of all arrays: one number, or one for each of stacked trials."""
    total = None
    for each in arrays:
        axes = tuple(range(1 if stacked else 0, int(each.ndim)))
        part = backend.xp.sum(each, axis=axes) if axes else each
        total = part if total is None else total + backend.cast(part, total.dtype)
    return total


def inner(backend: Backend, ones: Leaves, others: Leaves, stacked: int) -> Array:
    """Sum the products of two lists of arrays, of each trial by itself."""
    products = (one * other for one, other in zip(ones, others, strict=True))
    return added(backend, products, stacked)


def meeting(backend: Backend, number: Any, array: Array) -> Any:
    """Bring a number, or one for each trial, to where it meets an array in operators."""
    if isinstance(number, (int, float)):
        return number
    number = backend.cast(number, array.dtype)
    return spread(number, int(array.ndim) - 1) if number.ndim else number


def lifted(backend: Backend, arrays: Leaves) -> Leaves:
    """Lift half precision to single."""
    return Leaves(backend.cast(each, backend.wide(each)) for each in arrays)
