"""The Hessian that an objective gives, beside the slope that its gradient really has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.boosting.labels import batch, pairs
from lossary.verifier.boosting.slopes import of

Array = Any
STEP = 1e-3
GRID = np.linspace(-2.93, 3.07, 41)
"""Scores off the round numbers, where kinks are."""


@dataclass(frozen=True)
class Curvature:
    """One entry for each pair of a score and a label at which both are known."""

    score: Array
    label: Array
    gradient: Array
    given: Array
    """What the objective says the Hessian is."""
    found: Array
    """How fast its gradient grows with the score."""
    show: Callable[[int], Batch]
    """The batch behind an entry."""

    @property
    def ratio(self) -> Array:
        """Return given over found, NaN where the gradient is flat."""
        flat = np.abs(self.found) < 1e-3 * np.max(np.abs(self.found), initial=1e-9)
        with np.errstate(all="ignore"):
            return np.where(flat, np.nan, self.given / self.found)

    @property
    def straight(self) -> bool:
        """Say whether the gradient has no slope anywhere, as that of the absolute error."""
        size = np.max(np.abs(self.gradient), initial=0.0)
        return bool(np.all(np.abs(self.found) <= 1e-6 * size))

    def at(self, label: float) -> Array:
        """Return the ratios at one label, where they are known."""
        found = self.ratio[self.label == label]
        return found[np.isfinite(found)]


def curvature(subject: Any) -> Curvature:
    """Measure the slope of the gradient, over scores at a few labels or class by class."""
    if len(subject.contract.prediction.axes) > 1:
        return _by_class(subject)
    score, label = pairs(subject, GRID)
    three = [np.stack(of(subject, score + move, label)) for move in (-STEP, 0.0, STEP)]
    good, gradient, given, found = _measured(*three)
    score, label = score[good], label[good]
    return Curvature(
        score, label, gradient, given, found, lambda at: batch(subject, score[at], label[at])
    )


def _by_class(subject: Any) -> Curvature:
    """Move the score of one class after the other; the label says whether it is the true one."""
    drawn = subject.draw(seed=1)
    score, target = (drawn[each.name] for each in subject.contract.arguments[:2])
    name, places = subject.contract.prediction.name, np.arange(score.shape[1])
    columns = []
    for place in places:
        three = [
            subject.value(drawn.with_(name, score + move * (places == place)))[:, :, place]
            for move in (-STEP, 0.0, STEP)
        ]
        columns.append(np.stack(three))
    flat = np.concatenate(columns, axis=2)
    good, gradient, given, found = _measured(*flat)
    own = (target[:, None] == places).T.ravel().astype(float)
    return Curvature(score.T.ravel()[good], own[good], gradient, given, found, lambda _: drawn)


def _measured(low: Array, here: Array, high: Array) -> tuple[Array, Array, Array, Array]:
    """Return where there is no kink; there the gradient, the Hessian given, and the slope."""
    left, right = (here[0] - low[0]) / STEP, (high[0] - here[0]) / STEP
    found = (high[0] - low[0]) / (2 * STEP)
    # At a kink the slopes of the two sides differ by more than a smooth gradient's do.
    size = np.abs(found) + np.abs(here[0]) + 1e-12
    good = np.isfinite(found) & np.isfinite(here[1]) & (np.abs(right - left) < 0.02 * size)
    return good, here[0][good], here[1][good], found[good]
