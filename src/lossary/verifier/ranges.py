"""What an array looks like: probabilities, logits, one-hot rows, images of which range."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
ENOUGH = 16
"""Raw outputs of so many entries lie within [0, 1] by chance once in 65,000 batches."""


@dataclass(frozen=True)
class Looks:
    """Facts about the numbers of one array; none of them where it is empty or holds NaN."""

    low: float
    high: float
    whole: bool
    """All values are whole numbers."""
    within_unit: bool
    """All values lie in [0, 1]."""
    within_sides: bool
    """All values lie in [-1, 1], some of them below zero."""
    nonpositive: bool
    rows_sum_to_one: bool
    """Along the last axis of two or more, or along axis 1 as images have their classes."""
    one_hot: bool
    """Zeros, and a one in each row."""
    saturated: float
    """The share of entries within 1e-4 of 0 or of 1."""
    enough: bool
    """There are entries enough to tell chance from habit."""

    @property
    def probabilities(self) -> bool:
        """Say whether a sigmoid or a softmax has been here."""
        spread = self.within_unit and not self.whole and self.low < self.high
        return self.enough and (spread or (self.rows_sum_to_one and self.within_unit))

    @property
    def logits(self) -> bool:
        """Say whether these are raw outputs, below zero or above one."""
        return not self.within_unit and not self.whole


def looks_like(array: Array) -> Looks:
    """Look at an array of numbers."""
    found = np.asarray(array, dtype=np.float64)
    if not found.size or not np.isfinite(found).all():
        return Looks(np.nan, np.nan, False, False, False, False, False, False, 0.0, False)
    low, high = float(found.min()), float(found.max())
    whole = bool((found == np.round(found)).all())
    unit = low >= 0 and high <= 1
    one = _sums(found)
    return Looks(
        low=low,
        high=high,
        whole=whole,
        within_unit=unit,
        within_sides=low < 0 and low >= -1 and high <= 1,
        nonpositive=high <= 0,
        rows_sum_to_one=one,
        one_hot=one and whole and unit,
        saturated=float(((found < 1e-4) | (found > 1 - 1e-4)).mean()) if unit else 0.0,
        enough=found.size >= ENOUGH,
    )


def _sums(found: Array) -> bool:
    axes = {found.ndim - 1, 1} if found.ndim > 1 else set()
    return any(found.shape[a] > 1 and np.allclose(found.sum(a), 1, atol=1e-2) for a in axes)


def misfit(domain: str, looks: Looks) -> str | None:
    """Say in which words an array does not fit the domain that a loss reads; None if it may."""
    if domain == "scores" and looks.rows_sum_to_one and looks.within_unit and looks.enough:
        return "every row sums to one, as after a softmax, and the loss applies the softmax itself"
    if domain == "logit" and looks.probabilities:
        return "all values lie in [0, 1], as after a sigmoid, and the loss applies it itself"
    if (
        domain in ("probability", "distribution")
        and not looks.within_unit
        and looks.low == looks.low
    ):
        return f"values from {looks.low:.4g} to {looks.high:.4g} are no probabilities"
    if domain == "log_probability" and looks.within_unit and looks.high > 0:
        return "all values lie in [0, 1]: these are probabilities, and their logarithm is wanted"
    return None
