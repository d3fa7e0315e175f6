"""Targets that were cut off: said so by an event column, or piled up at an end of the range."""

import numpy as np

from lossary.lab.diagnosis.detector import AMOUNTS, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence

_VALUES = 30  # where there are fewer different ones, an end is a value like others
_OFTEN = 1.5  # times as often as any value within


def censoring(evidence: Evidence) -> Sight:
    """Return the share of rows whose time was cut off before the event."""
    cut = evidence.target < 0
    said = f"{cut.sum():,} of {len(cut):,} rows end before the event"
    return Sight(float(cut.mean()), said)


def pile_up(evidence: Evidence) -> Sight:
    """Return the share of rows at the fuller end of the range; zero is no bound of amounts."""
    values, counts = np.unique(evidence.target, return_counts=True)
    if len(values) < _VALUES:
        return unseen(f"the target has {len(values)} different values only")
    ends = {float(values[0]): int(counts[0]), float(values[-1]): int(counts[-1])}
    ends.pop(0.0, None)
    bound, rows = max(ends.items(), key=lambda each: each[1])
    others = counts[(values != bound) & (values != 0)]
    often = rows / float(others.max())
    where = bound * evidence.unit
    said = f"{rows:,} of {len(evidence.target):,} targets are exactly {where:g}, the end of all"
    return Sight(rows / len(evidence.target), said, rows > 2 and often > _OFTEN)


BOUNDS = (
    Detector(
        "censoring", "times cut off before the event", 0.0, "(share of rows)", ("survival",),
        censoring,
        "losses that know of it (Weibull and log-logistic AFT) use these rows for what they tell; "
        "to drop them, or to take them as events, biases every answer",
        "rows end because of what is to be predicted: then no loss repairs it",
        "A", ("kalbfleisch2002",), models=False,
    ),
    Detector(
        "pile-up", "targets piled up at a bound", 0.01, "(share of rows)", AMOUNTS, pile_up,
        "values at the end may have been cut off there: with an event column that says so, the "
        "task is survival and its losses know what to do; else no model learns what lies beyond",
        "the bound is real, as full marks are",
        "A", ("tobin1958",), models=False,
    ),
)  # fmt: skip
