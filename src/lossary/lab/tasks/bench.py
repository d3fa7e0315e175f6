"""A fold made ready for every arm: its rows as each learner eats them, and its facts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.linear_model import Ridge

from lossary.lab.tasks.folds import Split
from lossary.lab.tasks.preparation import preparation
from lossary.lab.tasks.task import Task
from lossary.lab.tasks.tree_preparation import leafy, tree_preparation


@dataclass(frozen=True)
class Facts:
    """What may be learnt of the training rows of a fold to set a loss's parameters.

    `spread` is the robust standard deviation of what a linear model leaves over, 1 where the target
    is no amount; `shares` are those of classes, levels or labels, or of rows that had their event.
    """

    spread: float
    shares: np.ndarray


@dataclass(frozen=True, eq=False)
class Parts:
    """Features of the rows that are trained on, tuned on and judged on."""

    train: Any
    tune: Any
    judge: Any


@dataclass(frozen=True, eq=False)
class Bench:
    """A fold made ready; whatever is fitted here is fitted on the training rows alone."""

    task: Task
    split: Split

    @cached_property
    def dense(self) -> Parts:
        """Features as networks and linear models eat them: float32, scaled, no gaps."""
        split, features = self.split, self.task.features
        fitted = preparation().fit(features.iloc[split.train])
        return Parts(*(fitted.transform(features.iloc[rows]) for rows in split.parts))

    @cached_property
    def trees(self) -> Parts:
        """Features as trees eat them: `Leafy`, gaps as NaN, kinds as codes."""
        split, features = self.split, self.task.features
        fitted = tree_preparation().fit(features.iloc[split.train])
        return Parts(*(leafy(fitted, features.iloc[rows]) for rows in split.parts))

    @cached_property
    def facts(self) -> Facts:
        """What sets parameters: the residuals of a linear model, and the classes' shares."""
        task, target = self.task, self.target(self.split.train)
        if not task.amounts:
            return Facts(1.0, _shares(task, target, self.weight(self.split.train)))
        fitted = Ridge().fit(self.dense.train, target, self.weight(self.split.train))
        left = target - fitted.predict(self.dense.train)
        spread = 1.4826 * float(np.median(np.abs(left - np.median(left))))
        return Facts(spread or float(target.std()) or 1.0, np.ones(1))

    def target(self, rows: np.ndarray) -> np.ndarray:
        """Return the targets of some rows."""
        return self.task.target[rows]

    def weight(self, rows: np.ndarray) -> np.ndarray | None:
        """Return the weights of some rows, None where all count the same."""
        return None if self.task.weight is None else self.task.weight[rows]


def _shares(task: Task, target: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    """Return the share of rows of each class, level or label; of times, that with an event."""
    if task.kind == "survival":
        return np.array([np.average(target > 0, weights=weight)])
    is_ = target if target.ndim == 2 else np.eye(len(task.classes))[target]
    return np.average(is_, axis=0, weights=weight)
