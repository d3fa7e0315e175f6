"""The user's own module as a learner: it trains as every learner does, and as fairly."""

from typing import Any

import numpy as np

from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.lab.arms.fitting import misfit
from lossary.lab.learners.learner import Effort, Learnt, Lesson
from lossary.lab.learners.lookout import SHOWN, Lookout
from lossary.lab.learners.mlp.given import tuned
from lossary.lab.learners.own_task import OwnTask
from lossary.lab.learners.own_training import Training
from lossary.lab.learners.perceptron import one_thread
from lossary.lab.learners.randomness import seeded
from lossary.lab.learners.singly import Singly, Tick
from lossary.lab.tasks.task import Task
from lossary.records import SpaceRecord

Array = np.ndarray
SPACE = (
    SpaceRecord("learning_rate", 0.003, 0.0001, 0.03, "log"),
    SpaceRecord("weight_decay", 0.01, 0.001, 1.0, "log"),
)
_TENFOLD = 10.0
_EPOCHS, _LEAST, _MOST = 40, 800, 4000
_BATCHES = (32, 64, 128, 256)
_CHECKS = 20


class Own(Singly):
    """Modules that a factory gives, trained on the user's rows; the metric chooses the check."""

    name = "module"
    title = "your own module"
    cost = 2

    def refuses(self, loss: Loss, task: Task) -> str:
        if not isinstance(task, OwnTask):
            return (
                "module: there is none; lossary.lab.TorchTask(dataset, model) is a task with one."
            )
        return misfit(loss, task)

    def space(self, task: Task, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        """Return learning rate and decay; those of a given optimizer around where they stand.

        Raises:
            ArgumentError: the optimizer needs more than slopes.
        """
        if optimizer is None:
            return SPACE
        if set(optimizer.needs) - {"loss"}:
            raise ArgumentError(
                f"{optimizer.label} needs more than slopes ({', '.join(optimizer.needs)}), which "
                f"the lab does not give it.\nHint: AdamW, Momentum or Muon need no more."
            )
        return tuple(
            SpaceRecord(name, value, value / _TENFOLD, value * _TENFOLD, "log")
            for name, value in tuned(optimizer).items()
        )

    def effort(self, task: Task, rows: int) -> Effort:
        """Return steps that see each row some forty times, within bounds, or as the user says."""
        own = getattr(task, "source", None)
        batch = min(getattr(own, "batch", None) or _batch(rows), rows)
        epochs = getattr(own, "epochs", None)
        steps = -(-(epochs or _EPOCHS) * rows // batch)
        return Effort(steps if epochs else int(np.clip(steps, _LEAST, _MOST)), batch, _CHECKS)

    def _trial(self, lesson: Lesson, place: int, effort: Effort, tick: Tick) -> Learnt:
        referee, task = lesson.referee.of(lesson.losses[place]), lesson.bench.task
        look = Lookout(referee, effort, effort.steps, tick)
        assert isinstance(task, OwnTask)
        split, kept = lesson.bench.split, None
        with one_thread(), seeded(lesson.seed + 1):
            training = Training(lesson, place, effort)
            for step in range(effort.steps + 1):
                if step:
                    training.step(step - 1)
                if look.late() or look.due(step):
                    look.look(step, training.shown(SHOWN), training.raw(task.places(split.tune)))
                    kept = training.weights() if look.step == step else kept
                if look.over:
                    break
            assert kept is not None
            return look.learnt(training.final(kept, task.places(split.judge)))


def _batch(rows: int) -> int:
    return next((each for each in _BATCHES if each * 100 >= rows), _BATCHES[-1])
