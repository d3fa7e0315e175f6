"""Rows that are alike in their target: every fold is given its share of each."""

import numpy as np

from lossary.lab.tasks.task import Task

_BINS = 10
_PER_BIN = 4  # rows of a bin per fold: fewer would not be spread evenly in any case


def strata(task: Task, rows: np.ndarray, parts: int) -> np.ndarray:
    """Return the stratum of each of the rows, each of at least `parts` of them.

    Classes and levels are their own, amounts are binned by their quantiles, times by whether the
    event was seen, labels by the set of them; what is too rare goes to what is most like it.
    """
    target = task.target[rows]
    if task.kind == "survival":
        return _joined((target > 0).astype(int), parts)
    if task.kind == "multilabel":
        return _of_labels(target, parts)
    if task.amounts:
        return _of_amounts(target, parts)
    return _joined(target, parts)


def _of_amounts(target: np.ndarray, parts: int) -> np.ndarray:
    bins = min(_BINS, len(target) // (_PER_BIN * parts))
    if bins < 2:
        return np.zeros(len(target), int)
    edges = np.unique(np.quantile(target, np.linspace(0, 1, bins + 1)[1:-1]))
    return _joined(np.searchsorted(edges, target, side="left"), parts)


def _of_labels(target: np.ndarray, parts: int) -> np.ndarray:
    """Take the set of labels; where it is rare, its rarest label and how many there are."""
    _, sets, counts = np.unique(target, axis=0, return_inverse=True, return_counts=True)
    sets = sets.reshape(-1)
    rare = counts[sets] < parts
    common = np.where(target == 1, target.mean(axis=0), np.inf)
    rarest = np.where(target.any(axis=1), common.argmin(axis=1), target.shape[1])
    return _joined(np.where(rare, counts.size + rarest, sets), parts)


def _joined(of_rows: np.ndarray, parts: int) -> np.ndarray:
    """Join strata of too few rows with their neighbour in order."""
    values, place, counts = np.unique(of_rows, return_inverse=True, return_counts=True)
    to, gathered, last = np.zeros(len(values), int), 0, len(values) - 1
    number = 0
    for each in range(len(values)):
        to[each] = number
        gathered += counts[each]
        if gathered >= parts and (each == last or counts[each + 1 :].sum() >= parts):
            number, gathered = number + 1, 0
    return to[place]
