"""The metrics of times to an event that some rows were not followed up to: order, and curves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.lab.metrics.concordance import c_index
from lossary.lab.metrics.facts import SURVIVAL, Metric

Array = Any


@dataclass(frozen=True, eq=False)
class Steps:
    """A curve that starts at 1 and falls in steps: after `times` it is `values`."""

    times: Array
    values: Array

    def at(self, times: Array) -> Array:
        """Return the curve at some times."""
        return np.concatenate([[1.0], self.values])[np.searchsorted(self.times, times, "right")]


def kaplan_meier(time: Array, event: Array, weight: Array | None = None) -> Steps:
    """Return the share of rows that is still without event (Kaplan and Meier 1958)."""
    weight = np.ones(len(time)) if weight is None else weight
    times, place = np.unique(time, return_inverse=True)
    left = np.bincount(place, weight)
    gone = np.bincount(place, weight * event)
    at_risk = np.cumsum(left[::-1])[::-1]
    return Steps(times, np.cumprod(1 - gone / np.where(at_risk > 0, at_risk, 1.0)))


def followed(target: Array, weight: Array | None = None) -> Steps:
    """Return the share of rows that is not yet censored, stepping just after each time."""
    # a rounding step later, as a row with its event at that very time was not censored
    time = np.where(target > 0, np.abs(target), np.nextafter(np.abs(target), np.inf))
    return kaplan_meier(time, target < 0, weight)


@dataclass(frozen=True, eq=False)
class Curves:
    """What the Brier score reads: at `times`, (m,), the chance of no event yet of each row, (n, m).

    `followed` is the share of rows that is not yet censored, from rows that were learnt from.
    """

    times: Array
    survival: Array
    followed: Steps


def ibs(target: Array, curves: Curves, k: int = 0, weight: Array | None = None) -> float:
    """Return the Brier score of survival, averaged over time (Graf et al. 1999, equation 6).

    Rows whose state at a time is unknown count by others that were followed for longer.
    """
    each = brier_at(target, curves)
    score = np.average(each, axis=0, weights=weight)
    times = curves.times
    return float(np.trapezoid(score, times) / (times[-1] - times[0]))


def brier_at(target: Array, curves: Curves) -> Array:
    """Return every row's weighted square at every time, of shape (n, m)."""
    time, event = np.abs(target)[:, None], (target > 0)[:, None]
    gone, here = (time <= curves.times) & event, time > curves.times
    chance = curves.survival
    least = curves.followed.values[curves.followed.values > 0].min(initial=1.0)
    then = np.maximum(curves.followed.at(time), least)
    now = np.maximum(curves.followed.at(np.nextafter(curves.times, np.inf)), least)
    return np.square(chance) * gone / then + np.square(1 - chance) * here / now


SURVIVAL_METRICS: tuple[Metric, ...] = (
    Metric("c_index", "share of pairs of rows in the right order", "risk", "risk order", c_index,
           ("concordance", "concordance_index", "harrell_c", "cindex"), greater_is_better=True,
           kinds=(SURVIVAL,)),
    Metric("ibs", "Brier score of survival, averaged over time", "survival", "survival curve", ibs,
           ("integrated_brier_score", "integrated_brier"), kinds=(SURVIVAL,)),
)  # fmt: skip
