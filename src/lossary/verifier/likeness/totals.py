"""What becomes of entries: the denominators in use, and those that are mistakes, as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True)
class Total:
    """One way to make a number of entries."""

    says: str
    take: Callable[[Array], Array]
    cause: str = ""
    """Empty for a convention; else what is wrong with it."""


def _rows(entries: Array) -> int:
    return len(entries) if entries.ndim else 1


TOTALS = (
    Total("mean over entries", lambda e: e.sum() / e.size),
    Total("sum over entries", lambda e: e.sum()),
    Total("sum within a row, mean over rows", lambda e: e.sum() / _rows(e)),
    Total("mean within a row, sum over rows", lambda e: e.sum() * _rows(e) / e.size),
    Total("sum over the last axis, mean over the others", lambda e: e.sum() * e.shape[-1] / e.size),
    Total(
        "divided by the number of rows twice",
        lambda e: e.sum() / e.size / _rows(e),
        "a mean is divided by the number of rows once more",
    ),
    Total(
        "a mean multiplied by the number of rows",
        lambda e: e.sum() / e.size * _rows(e) ** 2,
        "a sum is multiplied by the number of rows",
    ),
)


def totals(entries: Array, like: Array, place: int | None) -> list[Total]:
    """Return the ways in which entries may become what the candidate gave, the likeliest first."""
    if entries.ndim == 0:
        return [Total("", lambda e: e)] if like.size == 1 else []
    if like.size == 1:
        return [total for total in TOTALS if entries.ndim > 1 or "row" not in total.says or
                total.cause]  # fmt: skip
    if like.size == entries.size:
        same = entries.shape == like.shape or entries.ndim != like.ndim
        if place is not None and entries.ndim > 1 and not same:
            return [Total("entry by entry", partial(np.moveaxis, source=-1, destination=place))]
        return [Total("entry by entry", lambda e: e)]
    if like.size == len(entries):
        axes = tuple(range(1, entries.ndim))
        return [
            Total("mean within each row", lambda e: e.mean(axes)),
            Total("sum within each row", lambda e: e.sum(axes)),
        ]
    if entries.ndim > 1 and like.size == entries[..., 0].size:
        return [
            Total("sum over the last axis", lambda e: e.sum(-1)),
            Total("mean over the last axis", lambda e: e.mean(-1)),
        ]
    return []
