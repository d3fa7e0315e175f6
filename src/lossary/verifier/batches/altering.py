"""Says whether other settings change a value or a gradient, to the last digits."""

from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Array, Batch

SAME, SAME_SUM = 1e-12, 1e-9
"""What counts as no change: of the same formula, and of one in which a sum is taken apart."""


def alters(subject: Any, settings: dict[str, Any], batches: list[Batch]) -> bool | None:
    """Say whether these settings change anything; None where they cannot be had."""
    try:
        there = subject.changed(**settings)
    except Unchangeable:
        return None
    pairs = [(numbers(subject, batch), numbers(there, batch)) for batch in batches]
    both = [(here, after) for here, after in pairs if here is not None and after is not None]
    if not both:
        return None
    apart = any(differ(here, after, SAME_SUM) for here, after in both)
    return apart or slopes_differ(subject, there, batches[0], SAME_SUM)


def numbers(subject: Any, batch: Batch) -> Array | None:
    try:
        found = subject.value(batch)
    except CandidateError:
        return None
    return found if np.isfinite(found).any() else None


def differ(one: Array, other: Array, same: float = SAME) -> bool:
    if one.shape != other.shape:
        return True
    both = np.isfinite(one) & np.isfinite(other)
    size = np.abs(one[both]).max(initial=0)
    apart = np.abs(one[both] - other[both]).max(initial=0)
    return bool((np.isfinite(one) != np.isfinite(other)).any() or apart > same * max(size, 1e-3))


def slopes_differ(one: Any, other: Any, batch: Batch, same: float = SAME) -> bool:
    if not one.differentiable:
        return False
    try:
        here, there = one.slope(batch), other.slope(batch)
    except CandidateError:
        return True
    if here is None or there is None:
        return False
    return differ(np.asarray(here), np.asarray(there), same)
