"""Writes arrays as Python would read them back, bit by bit: exact digits, NaN and inf by name."""

import textwrap
from collections.abc import Iterator
from typing import Any

import numpy as np

Array = Any
WIDTH = 78
MANY = 64
"""An array of more entries than these is searched for a shorter way to write it."""


def literal(array: Array, room: int = WIDTH, indent: int = 0) -> str:
    """Write an array as nested lists, on one line where it fits into `room` columns.

    >>> import numpy as np
    >>> literal(np.asarray([[0.5, np.nan], [-np.inf, 2.0]]))
    '[[0.5, nan], [-inf, 2.0]]'
    """
    array = np.asarray(array)
    if array.ndim == 0:
        return entry(array[()])
    line = _line(array)
    if len(line) <= room:
        return line
    inner, outer = " " * (indent + 4), " " * indent
    if array.ndim == 1:
        words = ", ".join(map(entry, array))
        body = textwrap.fill(words, WIDTH, initial_indent=inner, subsequent_indent=inner)
        return f"[\n{body},\n{outer}]"
    rows = (literal(row, WIDTH - indent - 5, indent + 4) for row in array)
    return "[\n" + "".join(f"{inner}{row},\n" for row in rows) + f"{outer}]"


def _line(array: Array) -> str:
    if array.ndim == 0:
        return entry(array[()])
    return f"[{', '.join(map(_line, array))}]"


def entry(value: Any) -> str:
    """Write one number, or yes and no."""
    plain = value.item() if hasattr(value, "item") else value
    return repr(plain)


def shorter(array: Array) -> tuple[Array, int] | None:
    """Find the rows of which a large array is a repetition, and how often they are repeated.

    >>> import numpy as np
    >>> rows, times = shorter(np.tile([1.0, 2.0], 500))
    >>> rows.tolist(), times
    ([1.0, 2.0], 500)
    """
    array = np.asarray(array)
    if array.size <= MANY or array.ndim == 0:
        return None
    for period in _periods(len(array)):
        block = array[:period]
        times = len(array) // period
        if block.size <= MANY and np.array_equal(
            np.tile(block, (times,) + (1,) * (array.ndim - 1)), array, equal_nan=_floats(array)
        ):
            return block, times
    return None


def constant(array: Array) -> Any:
    """Return the one value that a large array holds everywhere, or None."""
    array = np.asarray(array)
    if array.size <= MANY:
        return None
    first = array.ravel()[0]
    same = np.array_equal(array, np.full_like(array, first), equal_nan=_floats(array))
    return first if same else None


def named(text: str) -> Iterator[str]:
    """Yield the names that a literal borrows from `math`."""
    yield from (name for name in ("inf", "nan") if name in text)


def _floats(array: Array) -> bool:
    return array.dtype.kind == "f"


def _periods(rows: int) -> Iterator[int]:
    yield from (each for each in range(1, min(rows // 2, MANY) + 1) if rows % each == 0)
