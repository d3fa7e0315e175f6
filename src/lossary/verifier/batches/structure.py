"""Finds out by trying how the value of a batch hangs together with the values of its rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import rows
from lossary.verifier.batches.meeting import Meeting, meetings
from lossary.verifier.numeric import numeric_slope

CLOSE = 3e-6
"""Some losses compute in single precision whatever they are given."""


@dataclass(frozen=True)
class Structure:
    """How a loss treats its rows: `kind` is one of

    mean, sum: of the values that the rows have alone; scaled: another multiple of their sum;
    ratio: rows of the prediction do not meet, but the others' decide what it is divided by;
    moved: a row of the prediction meets another row's target and not its own;
    total: a function of one total, as the root of a mean; batch: the rows meet;
    unsteady: two calls give two values; unknown: the values were not finite.
    """

    kind: str
    batch: Batch
    value: float
    singles: tuple[float, ...] | None
    """The values of the rows alone; None where one of them could not be had."""
    meeting: Meeting | None = None

    @property
    def rowwise(self) -> bool:
        return self.kind in ("mean", "sum", "scaled", "ratio")


def structure(subject: Any) -> Structure:
    """Return how the loss treats its rows; found once for a subject."""
    if "structure" not in subject.memory:
        try:
            subject.memory["structure"] = _found(subject, subject.typical)
        except CandidateError:
            subject.memory["structure"] = Structure("unknown", subject.typical, np.nan, None)
    return subject.memory["structure"]


def alone(subject: Any, batch: Batch) -> tuple[float, ...] | None:
    """Return the value of each row as a batch of its own, or None where one cannot be had."""
    try:
        found = tuple(
            subject.number(rows.single(subject, batch, row))
            for row in range(rows.count(subject, batch))
        )
    except CandidateError:
        return None
    return found if np.isfinite(found).all() else None


def near(found: Any, expected: Any, scale: float = 0.0) -> bool:
    """Say whether two numbers, or arrays, agree as far as single precision goes."""
    room = CLOSE * max(float(np.max(np.abs(expected))), scale) + 1e-12
    return bool(np.all(np.abs(np.asarray(found) - expected) <= room))


def _found(subject: Any, batch: Batch) -> Structure:
    value = subject.number(batch)
    if not np.isfinite(value):
        return Structure("unknown", batch, value, None)
    if subject.candidate.seed is not None or subject.number(batch) != value:
        return Structure("unsteady", batch, value, None)
    singles = alone(subject, batch)
    kind = _of_singles(subject, batch, value, singles)
    if kind is not None:
        return Structure(kind, batch, value, singles)
    meeting = meetings(subject, batch)
    if meeting is None:
        return Structure("unknown", batch, value, singles)
    return Structure(_of_meeting(subject, batch, meeting), batch, value, singles, meeting)


def _of_singles(subject: Any, batch: Batch, value: float, singles: Any) -> str | None:
    """Say mean or sum where two batches say so."""
    if singles is None:
        return None
    first = _multiple(value, singles)
    if first is None:
        return None
    drawn = subject.draw(1, n=rows.count(subject, batch))
    again = alone(subject, drawn)
    return first if again is not None and _multiple(subject.number(drawn), again) == first else None


def _multiple(value: float, singles: Any) -> str | None:
    size = float(np.abs(singles).sum())
    if near(value, np.sum(singles), size):
        return "sum"
    return "mean" if near(value, np.mean(singles), size / len(singles)) else None


def _of_meeting(subject: Any, batch: Batch, meeting: Meeting) -> str:
    if meeting.moved:
        return "moved"
    if not meeting.predictions:
        return "ratio" if meeting.others else "scaled"
    return "total" if _total(subject, batch) else "batch"


def _total(subject: Any, batch: Batch) -> bool:
    """Say whether one row only rescales the slopes of all others, as under a common root."""
    first = rows.learnt(subject)[0]
    moved = rows.put(batch, rows.other(subject, batch), (first,), 0)
    before, after = _slopes(subject, batch, first), _slopes(subject, moved, first)
    if before is None or after is None:
        return False
    return _proportional(before[1:].ravel(), after[1:].ravel())


def _slopes(subject: Any, batch: Batch, name: str) -> Array | None:
    """Return the gradient, by differences where the framework has none."""
    if subject.differentiable:
        return subject.slope(batch, name)
    low, high = subject.limits(name)
    found = numeric_slope(
        lambda array: subject.number(batch.with_(name, array)), batch[name], low, high
    )
    return found.value if found.smooth.all() else None


def _proportional(before: Array, after: Array) -> bool:
    size = float(before @ before)
    return size > 0 and near(after, before * float(after @ before) / size, float(abs(after).max()))
