"""Rows in their order: trained on is the past, judged is what came next; no time is parted."""

from collections.abc import Iterator

import numpy as np

from lossary.lab.tasks.task import Task


def forward(task: Task, rows: np.ndarray, folds: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the past of each block of rows, and the block; there is one more than folds."""
    block = np.minimum((_places(task, rows) * (folds + 1)).astype(int), folds)
    for fold in range(folds):
        judged = rows[block == fold + 1]
        yield _apart(task, rows[block <= fold], judged), judged


def newest(task: Task, rows: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what came before, and about this share of the rows, the newest."""
    late = _places(task, rows) >= 1 - share
    late |= task.order[rows] == task.order[rows].max()  # type: ignore[index]
    return _apart(task, rows[~late], rows[late]), rows[late]


def _places(task: Task, rows: np.ndarray) -> np.ndarray:
    """Return how far along each row's time is, as the share of rows before the middle of it."""
    assert task.order is not None
    _, time, counts = np.unique(task.order[rows], return_inverse=True, return_counts=True)
    return ((np.cumsum(counts) - counts / 2) / len(rows))[time]


def _apart(task: Task, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Leave out rows of groups that are among others."""
    if task.groups is None:
        return rows
    return rows[~np.isin(task.groups[rows], task.groups[others])]
