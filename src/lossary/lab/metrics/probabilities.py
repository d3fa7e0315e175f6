"""The metrics of probabilities of classes, or of labels: then target and answer are (n, k)."""

from typing import Any

import numpy as np

from lossary.lab.metrics.facts import CLASSES, MULTILABEL, ORDINAL, Metric

Array = Any
_KINDS = (*CLASSES, ORDINAL, MULTILABEL)


def log_loss(target: Array, probability: Array, k: int, weight: Array | None = None) -> float:
    """Return the mean of -log p of what was the case; for labels, also over them.

    As scikit-learn's, which takes a hundred times as long to look at its arguments; a study asks
    for it at every check of every trial.
    """
    least = np.finfo(probability.dtype).eps
    if target.ndim == 2:
        seen = np.where(target == 1, probability, 1 - probability)
        return float(
            np.average(-np.log(np.clip(seen, least, 1 - least)).mean(axis=1), weights=weight)
        )
    seen = np.clip(probability[np.arange(len(target)), target], least, 1 - least)
    return float(np.average(-np.log(seen), weights=weight))


def brier(target: Array, probability: Array, k: int, weight: Array | None = None) -> float:
    if target.ndim == 2:
        each = np.square(probability - target).mean(axis=1)
    elif k == 2:
        each = np.square(probability[:, 1] - target)
    else:
        each = np.sum(np.square(probability - np.eye(k)[target]), axis=1)
    return float(np.average(each, weights=weight))


PROBABILITY_METRICS: tuple[Metric, ...] = (
    Metric("log_loss", "log loss", "probability", "probability", log_loss,
           ("logloss", "cross_entropy", "nll", "neg_log_loss"), kinds=_KINDS),
    Metric("brier", "Brier score", "probability", "probability", brier,
           ("brier_score", "brier_score_loss"), kinds=_KINDS),
)  # fmt: skip
