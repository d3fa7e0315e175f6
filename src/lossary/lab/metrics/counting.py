"""Metrics from how often each class was taken for each: counts or sums of weights.

Of two classes, from tp, fp, fn and tn, for every threshold at once; of more, from confusion
matrices (..., k, k), targets in rows. They agree with scikit-learn's, which take a hundred times as
long to look at their arguments; a study asks for a metric at every check of every trial.
"""

from typing import Any

import numpy as np

Array = Any
_LEAST = 1e-300  # keeps 0/0 at zero


def fbeta_counts(beta: float, tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    found = (1 + beta**2) * tp
    return found / np.maximum(found + fp + beta**2 * fn, _LEAST)


def jaccard_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return tp / np.maximum(tp + fp + fn, _LEAST)


def balanced_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return (tp / np.maximum(tp + fn, _LEAST) + tn / np.maximum(tn + fp, _LEAST)) / 2


def precision_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return tp / np.maximum(tp + fp, _LEAST)


def recall_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return tp / np.maximum(tp + fn, _LEAST)


def mcc_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    square = 1.0 * (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - 1.0 * fp * fn) / np.sqrt(np.maximum(square, _LEAST))


def kappa_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    chance = 1.0 * (tp + fp) * (fp + tn) + 1.0 * (tp + fn) * (fn + tn)
    return 2 * (tp * tn - 1.0 * fp * fn) / np.maximum(chance, _LEAST)


def cost_counts(costs: tuple[float, float], tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return costs[0] * fp + costs[1] * fn


def balanced_confusion(seen: Array) -> Array:
    """Return the mean recall of the classes that occur."""
    rows = seen.sum(axis=-1)
    recall = _diagonal(seen) / np.maximum(rows, _LEAST)
    return recall.sum(axis=-1) / np.maximum((rows > 0).sum(axis=-1), 1)


def f1_confusion(seen: Array) -> Array:
    """Return the mean F1 of the classes that occur or are said to."""
    return _mean(2 * _diagonal(seen), seen.sum(axis=-1) + seen.sum(axis=-2), seen)


def precision_confusion(seen: Array) -> Array:
    """Return the mean precision of the classes that occur or are said to."""
    return _mean(_diagonal(seen), seen.sum(axis=-2), seen)


def recall_confusion(seen: Array) -> Array:
    """Return the mean recall of the classes that occur or are said to."""
    return _mean(_diagonal(seen), seen.sum(axis=-1), seen)


def _mean(part: Array, whole: Array, seen: Array) -> Array:
    either = (seen.sum(axis=-1) + seen.sum(axis=-2) > 0).sum(axis=-1)
    return (part / np.maximum(whole, _LEAST)).sum(axis=-1) / np.maximum(either, 1)


def kappa_confusion(seen: Array) -> Array:
    """Return Cohen's kappa."""
    total = np.maximum(seen.sum(axis=(-1, -2)), _LEAST)
    right = _diagonal(seen).sum(axis=-1) / total
    by_chance = (seen.sum(axis=-1) * seen.sum(axis=-2)).sum(axis=-1) / total**2
    return (right - by_chance) / np.maximum(1 - by_chance, _LEAST)


def mcc_confusion(seen: Array) -> Array:
    """Return Matthews' correlation of several classes (Gorodkin 2004)."""
    rows, columns, total = seen.sum(axis=-1), seen.sum(axis=-2), seen.sum(axis=(-1, -2))
    shared = _diagonal(seen).sum(axis=-1) * total - (rows * columns).sum(axis=-1)
    square = (total**2 - (rows**2).sum(axis=-1)) * (total**2 - (columns**2).sum(axis=-1))
    return shared / np.sqrt(np.maximum(square, _LEAST))


def matrix(target: Array, label: Array, k: int, weight: Array | None = None) -> Array:
    """Return the confusion matrix of k classes."""
    return np.bincount(target * k + label, weight, k * k).astype(float).reshape(k, k)


def tallies(target: Array, label: Array, weight: Array | None = None) -> tuple[Array, ...]:
    """Return tp, fp, fn and tn of each label, from zeros and ones of shape (n, labels)."""
    each = np.ones(len(target)) if weight is None else weight
    both, said, is_ = each @ (target * label), each @ label, each @ target
    return both, said - both, is_ - both, each.sum() - said - is_ + both


def _diagonal(seen: Array) -> Array:
    return np.diagonal(seen, axis1=-2, axis2=-1)
