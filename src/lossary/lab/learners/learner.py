"""A learner takes lessons, one for each fold, and gives back what each trial came to."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, ClassVar

import numpy as np

from lossary.core.loss import Loss
from lossary.heads import Head
from lossary.lab.tasks.bench import Bench
from lossary.lab.tasks.task import Task
from lossary.records import PointRecord, SpaceRecord

Setting = dict[str, Any]
"""What one trial is given: numbers and choices by name, those of the loss as `loss.delta`."""


@dataclass(frozen=True)
class Effort:
    """What every trial of a learner may spend.

    `steps` are gradient steps or boosting rounds, `batch` the rows of a step (0: all), `checks` how
    often the metric looks at the tuning rows. At each of `halvings`, a share of the way, the worse
    half of an arm's trials on a fold stops; `cap` is the most seconds a trial may take.
    """

    steps: int
    batch: int = 0
    checks: int = 40
    halvings: tuple[float, ...] = ()
    cap: float = inf


@dataclass(frozen=True, eq=False)
class Referee:
    """What judges raw outputs of the tuning rows: the metric, never the loss.

    `read` gives the same for another loss of the lesson, where its numbers change what raw outputs
    mean, as the scale of a distribution does.
    """

    score: Callable[[np.ndarray], float]
    better: Callable[[float, float], bool]
    read: Callable[[Loss], Callable[[np.ndarray], float]] | None = None

    def of(self, loss: Loss) -> "Referee":
        """Return the referee of a trial that learns by a loss."""
        return self if self.read is None else replace(self, score=self.read(loss))

    def improves(self, score: float, known: float) -> bool:
        """Say whether a score is better than what is known so far, which may be nothing (NaN)."""
        return not np.isnan(score) and (bool(np.isnan(known)) or self.better(score, known))


@dataclass(frozen=True, eq=False)
class Lesson:
    """One arm on one fold: rows made ready, the head, and for each trial a loss and a setting.

    Losses of one lesson are of one class and differ in numbers at most. Prediction and target are
    divided by `unit` before the loss reads them. First weights and the order of rows follow `seed`,
    which is the same for every arm on this fold. `optimizer` is the arm's, or None for the
    learner's own.
    """

    bench: Bench
    head: Head
    unit: float
    losses: tuple[Loss, ...]
    settings: tuple[Setting, ...]
    seed: int
    referee: Referee
    optimizer: Any = None


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a trial came to on a fold, at its best check by the referee.

    Raw outputs have shape (rows, outputs), in the units that the head reads. `stopped` says why a
    trial ended early ("" where it did not): "halved", "capped", or what went wrong.
    """

    inner: float
    step: int
    tune: np.ndarray
    judge: np.ndarray
    curve: tuple[PointRecord, ...] = ()
    seconds: float = 0.0
    stopped: str = ""


class Learner(ABC):
    """A way to learn by a loss. Its nuisance parameters are tuned for every arm by itself."""

    name: ClassVar[str]
    """As it is written on a command line: mlp, lightgbm, xgboost, linear, module."""
    title: ClassVar[str]
    """In a few words, for a reader of the report."""
    lockstep: ClassVar[bool] = False
    """Whether all trials and folds of a call advance together; else they are handed out singly."""
    cost: ClassVar[int] = 1
    """How dear it is to keep and to explain, for ties: linear 0, trees 1, networks 2."""

    @abstractmethod
    def refuses(self, loss: Loss, task: Task) -> str:
        """Say why it cannot learn a task by a loss, and what would fit; "" where it can."""

    @abstractmethod
    def space(self, task: Task, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        """Return what is to be tuned; every default lies inside."""

    @abstractmethod
    def effort(self, task: Task, rows: int) -> Effort:
        """Return what a trial needs to learn from so many training rows."""

    @abstractmethod
    def learn(
        self, lessons: Sequence[Lesson], effort: Effort, tick: Callable[[float], None]
    ) -> list[list[Learnt]]:
        """Run every trial of every lesson; give one list per lesson, in the order of its settings.

        `tick(share)` hears how much of the whole call is done, from 0 to 1. The same lessons give
        the same numbers, bit for bit, whichever others run beside them.
        """
