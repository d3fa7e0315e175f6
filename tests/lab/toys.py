"""A study whose learner takes no time: what runs, stores and judges trials is tested with it."""

from dataclasses import replace
from time import sleep

import numpy as np
from sklearn.linear_model import Ridge

from lossary import Huber, SquaredError
from lossary.lab.arms.arm import Arm
from lossary.lab.learners.learner import Effort, Learner, Learnt
from lossary.lab.protocol.plan import Plan
from lossary.lab.tasks.question import question
from lossary.records import PointRecord, SpaceRecord


class Toy(Learner):
    """A ridge regression, drawn towards zero by what stands for a loss; waits as it is told."""

    name, title, cost = "toy", "a toy", 0

    def __init__(self, lockstep=False, wait=0.0):
        self.lockstep, self.wait = lockstep, wait

    def refuses(self, loss, task):
        return ""

    def space(self, task, optimizer=None):
        return (SpaceRecord("penalty", 1.0, 1e-3, 1e3, "log"),)

    def effort(self, task, rows):
        return Effort(steps=1)

    def learn(self, lessons, effort, tick):
        return [
            [self._one(lesson, place) for place in range(len(lesson.losses))] for lesson in lessons
        ]

    def _one(self, lesson, place):
        sleep(self.wait)
        bench, split = lesson.bench, lesson.bench.split
        shrink = 1.0 if lesson.losses[place].label == "SquaredError" else 0.5
        noise = np.random.default_rng(lesson.seed).normal(0, 1e-3, 1)
        model = Ridge(lesson.settings[place]["penalty"])
        model.fit(bench.dense.train, bench.target(split.train))
        tune, judge = (
            (shrink * model.predict(rows) + noise)[:, None]
            for rows in (bench.dense.tune, bench.dense.judge)
        )
        inner = lesson.referee.score(tune)
        return Learnt(inner, 1, tune, judge, (PointRecord(1, 0.5, inner),))


ARMS = (
    Arm("SquaredError", SquaredError(), "is the metric itself", "A", learner="toy", role="default"),
    Arm("Huber", Huber(), "far off here", "B", learner="toy",
        space=(SpaceRecord("loss.delta", 1.0, 0.1, 10.0, "log"),)),
)  # fmt: skip


def toy_plan(learner=None, **changes):
    """Return a plan of two arms on the bundled sample: sixteen trials."""
    task = question(metric="rmse")
    learner = learner or Toy()
    made = Plan(
        task=task,
        diagnosis=(),
        arms=ARMS,
        refused=(),
        learners={"toy": learner},
        efforts={"toy": learner.effort(task, 300)},
        folds=2,
        repeats=2,
        seed=0,
        sampler="random",
        trials=4,
        dev=np.arange(len(task.target)),
        held=np.empty(0, int),
    )
    return replace(made, **changes)
