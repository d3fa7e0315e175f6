"""What a loss gives at a batch in one precision, beside what is right there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite, isinf, isnan
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.oracle import exact, oracle_of

HIGHEST = {"float64": 1.79e308, "float32": 3.4e38, "float16": 65504.0, "bfloat16": 3.38e38}
BITS = {"float64": 52, "float32": 23, "float16": 10, "bfloat16": 7}


@dataclass(frozen=True)
class Reading:
    """Value and gradient at a batch that has already been rounded to the precision."""

    batch: Batch
    precision: str
    value: float
    slope: Array | None

    @property
    def finite(self) -> bool:
        return isfinite(self.value) and (self.slope is None or bool(np.isfinite(self.slope).all()))

    @property
    def broken(self) -> bool:
        """Say whether something is NaN, or the value infinite."""
        return not isfinite(self.value) or self.lost

    @property
    def lost(self) -> bool:
        """Say whether the gradient is NaN somewhere."""
        return self.slope is not None and bool(np.isnan(self.slope).any())


def read(subject: Any, batch: Batch, precision: str, slope: bool = True) -> Reading | None:
    """Read value and gradient; None where the framework cannot compute in this precision."""
    if precision not in subject.host.precisions:
        return None
    rounded = batch.each(lambda array: rounding(array, precision))
    found = _reading(subject, rounded, precision, slope)
    if found is None or not found.broken or eagerly(subject) is subject:
        return found
    return _reading(eagerly(subject), rounded, precision, slope and found.lost)


def eagerly(subject: Any) -> Any:
    """Return the loss as Python runs it: a compiler may join constants, and lose an epsilon."""
    candidate = subject.candidate.eager()
    if candidate.host is subject.host:
        return subject
    return replace(subject, candidate=candidate)


def _reading(subject: Any, rounded: Batch, precision: str, slope: bool) -> Reading | None:
    try:
        value = subject.number(rounded, precision)
        found = subject.slope(rounded, None, precision) if slope and subject.host.slopes else None
    except CandidateError:
        return None
    return Reading(rounded, precision, value, found)


def rounding(array: Array, precision: str) -> Array:
    """Round floats to a precision; they stay in double precision otherwise."""
    if array.dtype.kind != "f" or precision == "float64":
        return array
    if precision == "bfloat16":
        kept, power = np.frexp(array)
        return np.ldexp(np.round(kept * 256) / 256, power)
    with np.errstate(over="ignore"):
        return array.astype(precision).astype(np.float64)


def truth(subject: Any, reading: Reading) -> float | None:
    """Return the right value: in many digits, or as double precision has it, or None."""
    found = exact(subject, reading.batch)
    if found is None and reading.precision != "float64":
        wide = read(subject, reading.batch, "float64", slope=False)
        found = None if wide is None or not isfinite(wide.value) else wide.value
    return found


def overflows(subject: Any, reading: Reading) -> bool:
    """Say whether the value is infinite although the right one could be written down."""
    if not isinf(reading.value):
        return False
    right = truth(subject, reading)
    return right is not None and isfinite(right) and abs(right) < 0.1 * HIGHEST[reading.precision]


def undefined(subject: Any, reading: Reading) -> bool:
    """Say whether the value is NaN although a right one exists, as far as can be known."""
    if not isnan(reading.value):
        return False
    right = truth(subject, reading)
    return right is None or not isnan(right)


def lost_slopes(subject: Any, reading: Reading) -> tuple[int, ...] | None:
    """Return an entry at which the gradient is NaN although the formula has a slope there."""
    if reading.slope is None or not isfinite(reading.value):
        return None
    places = [tuple(map(int, each)) for each in np.argwhere(np.isnan(reading.slope))]
    followed = oracle_of(subject, reading.batch) if places else None
    for place in places[:4]:
        if followed is None or any(isfinite(each) for each in _sides(subject, followed, place)):
            return place
    return None


def _sides(subject: Any, followed: Any, place: tuple[int, ...]) -> list[float]:
    """Return the exact slopes from below and from above, within the domain."""
    name = subject.contract.prediction.name
    low, high = subject.limits(name)
    at = float(followed.arrays[followed.names.index(name)][place])
    sides = [side for side, free in ((-1, at > low), (1, at < high)) if free]
    return [_asked(lambda s=side: followed.slope(name, place, s)) for side in sides]  # type: ignore[misc]


def _asked(ask: Callable[[], float]) -> float:
    try:
        found = ask()
    except Exception:
        return float("nan")
    return found if abs(found) < 1e9 else float("inf")  # towards an infinite slope it grows on
