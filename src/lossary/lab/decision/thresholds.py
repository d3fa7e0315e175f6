"""The threshold of a decision between two classes, tuned for metrics that depend on it."""

from collections.abc import Callable

import numpy as np

Counts = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def best_threshold(counts: Counts, score: np.ndarray, target: np.ndarray) -> float:
    """Return where to cut so that the metric is best on these rows, midway between two scores.

    `counts` gives the metric from tp, fp, fn and tn. Rows of one score are decided alike.

    >>> from lossary.lab.metrics.classes import f1_counts
    >>> best_threshold(f1_counts, np.array([0.1, 0.2, 0.6, 0.8]), np.array([0, 0, 1, 1]))
    0.4
    """
    order = np.argsort(-score, kind="stable")
    ranked, hits = score[order], target[order] == 1
    tp, fp = np.cumsum(hits), np.cumsum(~hits)
    value = counts(tp, fp, hits.sum() - tp, (~hits).sum() - fp)
    value = np.where(np.append(ranked[1:] != ranked[:-1], True), value, -np.inf)
    best = int(value.argmax())
    if best == len(ranked) - 1:
        return float(ranked[-1] - 1)
    return float((ranked[best] + ranked[best + 1]) / 2)
