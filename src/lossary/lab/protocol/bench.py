"""A fold made ready for every arm: features as a network eats them, and what sets parameters."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import Ridge

from lossary.lab.arms.arm import Facts
from lossary.lab.tasks.folds import Split
from lossary.lab.tasks.preparation import preparation
from lossary.lab.tasks.task import Task


@dataclass(frozen=True, eq=False)
class Bench:
    """A fold made ready: features as a network eats them, fitted on the training rows alone."""

    task: Task
    split: Split
    train: np.ndarray
    tune: np.ndarray
    judge: np.ndarray
    facts: Facts

    def target(self, rows: np.ndarray) -> np.ndarray:
        """Return the targets of some rows."""
        return self.task.target[rows]


def prepare(task: Task, split: Split) -> Bench:
    """Fit the preparation on a split's training rows and apply it to its other parts."""
    fitted = preparation().fit(task.features.iloc[split.train])
    train, tune, judged = (
        fitted.transform(task.features.iloc[rows])
        for rows in (split.train, split.tune, split.judge)
    )
    return Bench(task, split, train, tune, judged, _facts(task, train, task.target[split.train]))


def _facts(task: Task, features: np.ndarray, target: np.ndarray) -> Facts:
    """Measure what sets parameters: the residuals of a linear model, and the classes' shares."""
    if not task.amounts:
        shares = np.bincount(target, minlength=len(task.classes)) / len(target)
        return Facts(1.0, shares)
    left = target - Ridge().fit(features, target).predict(features)
    spread = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    return Facts(spread or float(target.std()) or 1.0, np.ones(1))
