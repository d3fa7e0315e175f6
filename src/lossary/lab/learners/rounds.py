"""One trial of a booster: its rows, its objective, and the judgement after every round."""

from collections.abc import Callable
from math import ceil, nan

import numpy as np

from lossary.adapters.estimators.judges import Judge, Seen
from lossary.lab.learners.learner import Effort, Lesson
from lossary.lab.learners.lookout import SHOWN, Lookout
from lossary.lab.learners.objective import objective_of

Array = np.ndarray
_PATIENCE = 6.0  # a tree leaves 1 - learning_rate of what there is: e⁻⁶ of it is as good as none


class Rounds:
    """What a host is given for a setting of a lesson, and what it is told after every round.

    A host asks `judge` twice: for rows that train, on which the curve's loss is measured, then for
    those that are tuned on.
    """

    def __init__(
        self, lesson: Lesson, place: int, effort: Effort, tick: Callable[[float], None]
    ) -> None:
        bench, split = lesson.bench, lesson.bench.split
        self.setting, self.features = lesson.settings[place], bench.trees
        self.steps, self.seed = effort.steps, seed_of(lesson)
        target, weight = bench.target(split.train), bench.weight(split.train)
        loss = lesson.losses[place]
        patience = ceil(_PATIENCE / self.setting["learning_rate"])
        self.lookout = Lookout(lesson.referee.of(loss), effort, patience, tick)
        self.objective, self.start = objective_of(loss, lesson.head, lesson.unit, target, weight)
        self.train = _seen(self.objective.encoded(target), weight)
        self.shown = _seen(self.train.encoded[:SHOWN], None if weight is None else weight[:SHOWN])
        self.tuned = _seen(np.zeros(len(split.tune)), None)
        self.asked, self.round, self.loss = 0, 0, nan
        self._heard(self.tiled(len(self.shown.target)))
        self._look(self.tiled(len(split.tune)))

    @property
    def judge(self) -> Judge:
        """What a host asks, with raw scores, after every round."""
        return Judge("metric", False, self._judged)

    def tiled(self, rows: int) -> Array:
        """Return the raw scores of so many rows before the first round."""
        return self.objective.tiled(self.start, rows)

    def outputs(self, raw: Array) -> Array:
        """Return raw scores as the head reads them, of shape (rows, outputs)."""
        return self.objective.factor * raw.reshape(len(raw), -1).astype(float)

    def _judged(self, raw: Array, _: Seen) -> float:
        self.asked += 1
        self.round = (self.asked + 1) // 2
        if self.lookout.due(self.round):
            (self._heard if self.asked % 2 else self._look)(raw)
        return self.lookout.inner

    def _heard(self, raw: Array) -> None:
        self.loss = self.objective.value(raw, self.shown.encoded, self.shown.weight)

    def _look(self, raw: Array) -> None:
        self.lookout.look(self.round, self.loss, self.outputs(raw))


def seed_of(lesson: Lesson) -> int:
    """Return a lesson's seed as hosts can hold it."""
    return lesson.seed % 2**31


def _seen(encoded: Array, weight: Array | None) -> Seen:
    """Return rows as a loss sees them; hosts read no target, but count them."""
    return Seen(np.zeros(len(encoded)), encoded, weight)
