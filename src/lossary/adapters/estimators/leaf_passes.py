"""Passes over all rows that fitting leaves again takes: by a kernel, or in NumPy, bit for bit.

Rows lie in arrays of shape (n,): kinks and raw scores in double precision, leaves as 32-bit
integers.
"""

from collections.abc import Iterator

import numpy as np

from lossary.core.dispatch import by_hand

Array = np.ndarray
_PIECE = 1 << 15  # rows whose numbers stay near while they are worked on


def bucket_of(apart: Array, leaf: Array, bits: int) -> Array:
    """Number buckets by leaf, and by the first bits of a distance in single precision.

    Buckets of one leaf are in the order of their distances: these are written as a sign and a
    size, so that the bits of a negative number are turned around.
    """
    with np.errstate(over="ignore"):
        number = apart.astype(np.float32).view(np.int32)
    number ^= (number >> 31) & 0x7FFFFFFF
    number >>= 32 - bits
    return (leaf.astype(np.int64) << bits) + number + (1 << (bits - 1))


def told(before: Array, after: Array, low: float, fine: float, table: Array) -> Array:
    """Return the table's entry for how far each score has moved: (after - before - low) · fine.

    `before` becomes `after`.
    """
    leaf = np.empty(len(before), np.int32)
    kernel = by_hand("leaves")
    if kernel is not None:
        kernel.told(before, after, low, fine, table, leaf)
        return leaf
    for rows in _pieces(len(before)):
        moved = after[rows] - before[rows]
        moved -= low
        moved *= fine
        leaf[rows] = table[moved.astype(np.int32)]
        before[rows] = after[rows]
    return leaf


def tallied(kink: Array, raw: Array, leaf: Array, jumps: Array, places: int, bits: int) -> Array:
    """Sum up the jumps of the rows of each bucket: its number is `bucket_of` theirs."""
    kernel = by_hand("leaves")
    if kernel is not None:
        return kernel.tallied(kink, raw, leaf, jumps, places, bits)
    found = np.zeros(places)
    for rows in _pieces(len(raw), 8 * _PIECE):
        bucket = bucket_of(kink[rows] - raw[rows], leaf[rows], bits)
        if len(jumps) == 1:
            found += np.bincount(bucket, minlength=places) * jumps[0]
        else:
            found += np.bincount(bucket, weights=jumps[rows], minlength=places)
    return found


def picked(kink: Array, raw: Array, leaf: Array, wanted: Array, bits: int) -> Array:
    """Return the numbers of the rows in buckets that are wanted, in order."""
    kernel = by_hand("leaves")
    if kernel is not None:
        return kernel.picked(kink, raw, leaf, wanted, bits)
    found = [
        rows.start + np.flatnonzero(wanted[bucket_of(kink[rows] - raw[rows], leaf[rows], bits)])
        for rows in _pieces(len(raw))
    ]
    return np.concatenate(found or [np.zeros(0, np.int64)])


def add(raw: Array, values: Array, leaf: Array) -> None:
    """Add to each row's score the value of its leaf."""
    kernel = by_hand("leaves")
    if kernel is not None:
        kernel.add(raw, values, leaf)
        return
    for rows in _pieces(len(raw)):
        raw[rows] += values[leaf[rows]]


def _pieces(rows: int, piece: int = _PIECE) -> Iterator[slice]:
    return (slice(at, min(at + piece, rows)) for at in range(0, rows, piece))
