"""A linear model as a learner: the best coefficients for any loss, less a penalty on their size."""

from time import perf_counter
from typing import Any

import numpy as np

from lossary.lab.learners.learner import Effort, Learnt, Lesson
from lossary.lab.learners.singly import ByCurvature, Tick
from lossary.lab.learners.solving import fit
from lossary.lab.tasks.task import Task
from lossary.records import PointRecord, SpaceRecord

Array = np.ndarray
STEPS = 500


class Linear(ByCurvature):
    """Raw scores that are linear in the scaled features, solved to the end: no step is chosen.

    A coefficient costs `penalty` per square, as a share of what the loss bends by at the start: the
    same number shrinks as much whatever the loss and its unit.
    """

    name = "linear"
    title = "linear model with an L2 penalty, solved to the end"
    cost = 0

    def space(self, task: Task, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        return (SpaceRecord("penalty", 1e-3, 1e-6, 1.0, "log"),)

    def effort(self, task: Task, rows: int) -> Effort:
        return Effort(steps=STEPS, checks=1)

    def _trial(self, lesson: Lesson, place: int, effort: Effort, tick: Tick) -> Learnt:
        began = perf_counter()
        found, dense = fit(lesson, place, effort.steps, effort.cap), lesson.bench.dense
        tune = found.outputs(dense.tune)
        inner = lesson.referee.of(lesson.losses[place]).score(tune)
        tick(1.0)
        return Learnt(
            inner=inner,
            step=found.steps,
            tune=tune,
            judge=found.outputs(dense.judge),
            curve=(PointRecord(found.steps, found.loss, inner),),
            seconds=perf_counter() - began,
            stopped=found.stopped,
        )
