"""A target read as amounts: of any sign, above zero, counts, or shares of a whole."""

import numpy as np

from lossary.errors import ArgumentError
from lossary.lab.tasks.class_target import Target

_WORDS = {
    "regression": "numbers",
    "positive": "numbers above zero",
    "nonnegative": "numbers, zero among them",
    "count": "counts",
    "proportion": "shares of a whole",
}
_MANY = 20  # of so many different values between 0 and 1, a target is shares and no classes


def read_amounts(name: str, values: np.ndarray, known: np.ndarray, kind: str | None) -> Target:
    """Read the known values of a column as amounts.

    Raises:
        ArgumentError: they are all the same, or not of the kind that was given.
    """
    low, high = values.min(), values.max()
    if low == high:
        raise ArgumentError(f"target {name!r}: every row is {low:g}; there is nothing to predict.")
    found = kind or _amount_kind(values, low)
    inside = {
        "positive": low > 0,
        "nonnegative": low >= 0,
        "count": low >= 0 and _whole(values),
        "proportion": low >= 0 and high <= 1,
    }
    if not inside.get(found, True):
        raise ArgumentError(
            f"target {name!r}: the task was given as {found}, but the column "
            f"{_what(values, found)}. Leave the task out, or give regression."
        )
    how = "whole numbers" if _whole(values) else "numbers"
    said = f"{name}: {len(values):,} {how} from {low:,.6g} to {high:,.6g}, read as {_WORDS[found]}"
    return Target(name, values, known, found, (), (said,))


def _amount_kind(values: np.ndarray, low: float) -> str:
    if _whole(values) and low in (0, 1):
        return "count"
    if low >= 0 and values.max() <= 1 and len(np.unique(values)) > _MANY:
        return "proportion"
    return "positive" if low > 0 else "nonnegative" if low == 0 else "regression"


def _what(values: np.ndarray, kind: str) -> str:
    if kind == "count" and values.min() >= 0:
        return f"holds {values[values % 1 != 0][0]:g}"
    return f"runs from {values.min():g} to {values.max():g}"


def _whole(values: np.ndarray) -> bool:
    return bool((values % 1 == 0).all())
