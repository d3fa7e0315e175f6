"""Tries an objective where formulas break: far scores, one class alone, labels that are equal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.objective_calls import CatBoostCall
from lossary.verifier.batch import Batch
from lossary.verifier.boosting.labels import labels

Array = Any


@dataclass(frozen=True)
class Trial:
    """One batch, in one precision, and what is odd about it."""

    batch: Batch
    says: str
    precision: str = "float64"
    usual: bool = True
    """Whether it is met in practice, and NaN in it is a failure."""


def trials(subject: Any) -> Iterator[Trial]:
    """Yield odd batches, those that are met most often first."""
    target = subject.contract.target.name
    score = subject.contract.prediction.name
    drawn = subject.draw()
    rows = len(drawn[target])
    for label in _labels(subject):
        same = drawn.with_(target, np.full(rows, label))
        yield Trial(same, f"where all labels are {label:g}")
        yield Trial(same.with_(score, 0.0 * drawn[score]), f"at scores of 0, labels of {label:g}")
        for far, precision in ((30.0, "float64"), (700.0, "float64"), (30.0, "float32")):
            for sign in (1.0, -1.0):
                moved = _far(drawn[score], sign * far)
                says = f"at scores of {sign * far:g} in {precision}, labels of {label:g}"
                usual = far < 100 and precision == "float64"
                yield Trial(same.with_(score, moved), says, precision, usual)


def beyond(subject: Any) -> Iterator[Trial]:
    """Yield scores at which exp overflows, in the precision that boosters hand over."""
    if subject.contract.target.domain != "degree" or isinstance(
        subject.candidate.call, CatBoostCall
    ):
        return  # CatBoost's own example divides e by 1 + e
    score, target = subject.contract.prediction.name, subject.contract.target.name
    drawn = subject.draw()
    for far, precision in ((100.0, "float32"), (800.0, "float64")):
        for sign in (1.0, -1.0):
            moved = drawn.with_(score, np.full_like(drawn[score], sign * far))
            for label in (0.0, 1.0):
                same = moved.with_(target, np.full_like(drawn[target], label))
                says = f"at scores of {sign * far:g} in {precision}, labels of {label:g}"
                yield Trial(same, says, precision)


def _labels(subject: Any) -> tuple[float, ...]:
    several = subject.contract.target.domain == "labels"
    return (0.0, 1.0) if several else labels(subject)


def _far(scores: Array, to: float) -> Array:
    moved = np.full_like(scores, to)
    if scores.ndim == 2:
        moved[:, 0] = -to
    return moved
