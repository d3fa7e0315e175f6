"""NumPy's arrays as the driver of steps sees them."""

from typing import Any

import numpy as np

from lossary.kernels.layout import KINDS
from lossary.kernels.steps import NONE, PRECISIONS, Told
from lossary.kernels.threads import threads as threads

Array = Any
_kinds: dict[Any, int] = {}
"""The driver's numbers for the dtypes met so far."""


def told(rows: list[list[Array]], fresh: bool) -> list[Told] | None:
    """Describe rows of arrays; None where one is no plain memory of floating-point numbers."""
    found = []
    for row in rows:
        # An array without axes becomes a scalar wherever NumPy adds to it.
        row = [np.asarray(each) if isinstance(each, np.generic) else each for each in row]
        if not all(map(_plain, row)):
            return None
        kinds = [_kind(each.dtype) for each in row]
        if NONE in kinds:
            return None
        found.append(Told(pointers(row), [each.size for each in row], kinds, row))
    return found


def _plain(array: Array) -> bool:
    return type(array) is np.ndarray and array.flags.c_contiguous and array.flags.aligned


def worth(weights: list[Array]) -> bool:
    """Say whether a kernel is faster than the operations of a formula: measured for Adam."""
    return sum(each.size for each in weights) >= 1 << 16


def pointers(row: list[Array]) -> list[int]:
    return [each.ctypes.data for each in row]


def fresh(like: Array, precision: str) -> Array:
    return np.empty(like.shape, precision)


def _kind(dtype: Any) -> int:
    if dtype not in _kinds:
        kind = KINDS.get(dtype.name, NONE) if dtype.isnative else NONE
        _kinds[dtype] = kind if kind in PRECISIONS else NONE
    return _kinds[dtype]
