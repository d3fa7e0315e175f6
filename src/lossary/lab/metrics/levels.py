"""The metrics of levels that have an order: how far off an answer is counts, not only whether."""

from typing import Any

import numpy as np

from lossary.lab.metrics.counting import matrix
from lossary.lab.metrics.facts import ORDINAL, Metric

Array = Any


def qwk(target: Array, level: Array, k: int, weight: Array | None = None) -> float:
    """Return one minus the squared levels off, as a share of those by chance; else 0.

    All k levels have their places, whether they occur in these rows or not.
    """
    seen = matrix(target, level, k, weight)
    off = np.square(np.subtract.outer(np.arange(k), np.arange(k)))
    by_chance = (off * np.outer(seen.sum(axis=1), seen.sum(axis=0))).sum() / seen.sum()
    return float(1 - (off * seen).sum() / by_chance) if by_chance > 0 else 0.0


def level_mae(target: Array, level: Array, k: int, weight: Array | None = None) -> float:
    return float(np.average(np.abs(target - level), weights=weight))


def rps(target: Array, probability: Array, k: int, weight: Array | None = None) -> float:
    """Return the mean squared gap of the two cumulated distributions, summed over the levels."""
    reached = np.arange(k - 1) >= target[:, None]
    gaps = np.cumsum(probability, axis=1)[:, :-1] - reached
    return float(np.average(np.square(gaps).sum(axis=1), weights=weight))


LEVEL_METRICS: tuple[Metric, ...] = (
    Metric("qwk", "quadratic weighted kappa", "level", "level agreement", qwk,
           ("quadratic_weighted_kappa", "quadratic_kappa"), greater_is_better=True,
           kinds=(ORDINAL,)),
    Metric("level_mae", "mean number of levels off", "level", "level median", level_mae,
           ("ordinal_mae", "mean_level_error"), kinds=(ORDINAL,)),
    Metric("rps", "ranked probability score", "probability", "level probabilities", rps,
           ("ranked_probability_score",), kinds=(ORDINAL,)),
)  # fmt: skip
