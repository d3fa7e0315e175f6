"""A multilayer perceptron: all folds and trials of an arm learn side by side."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import torch

from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.lab.arms.fitting import misfit
from lossary.lab.learners.learner import Effort, Learner, Learnt, Lesson
from lossary.lab.learners.mlp.block import Block
from lossary.lab.learners.mlp.given import refusal, tuned
from lossary.lab.tasks.task import Task
from lossary.records import SpaceRecord

Tick = Callable[[float], None]
WIDTH, LAYERS = 64, 2
SPACE = (
    SpaceRecord("learning_rate", 0.01, 0.001, 0.1, "log"),
    SpaceRecord("weight_decay", 0.1, 0.01, 1.0, "log"),
)
WAYS = {"learning_rate": (10.0, 30.0), "weight_decay": (10.0, 10.0)}
"""How many times as small, and as large, as it stands a number of a given optimizer may become.

Learning rates by default are for large networks; small ones like larger ones.
"""
SMALL, LARGE, EPOCH = 32, 256, 40
"""Fewest and most rows in a step; between them, about forty steps see each row once."""
STEPS, EPOCHS = 1500, 10
"""Steps at the least, and how often each row is seen at the least."""


class Perceptron(Learner):
    """Two hidden layers of 64 with SiLU; a number is told as it is and piece by piece.

    AdamW follows a climb and half a wave down; judged is the running average of its weights.
    """

    name: ClassVar[str] = "mlp"
    title: ClassVar[str] = f"perceptron, {LAYERS} × {WIDTH} SiLU"
    lockstep: ClassVar[bool] = True
    cost: ClassVar[int] = 2

    def refuses(self, loss: Loss, task: Task) -> str:
        """Say why no head stands between a network and this loss; "" where one does."""
        return misfit(loss, task)

    def space(self, task: Task, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        """Return learning rate and decay; those of a given optimizer around where they stand.

        Raises:
            ArgumentError: the optimizer cannot step stacked networks; says why.
        """
        if optimizer is None:
            return SPACE
        said = refusal(optimizer)
        if said:
            raise ArgumentError(said)
        return tuple(
            SpaceRecord(name, value, value / WAYS[name][0], value * WAYS[name][1], "log")
            for name, value in tuned(optimizer).items()
        )

    def effort(self, task: Task, rows: int) -> Effort:
        """Return as many steps as see each row ten times, and enough where rows are few."""
        batch = SMALL
        while batch < LARGE and batch * EPOCH < rows:
            batch *= 2
        return Effort(steps=max(STEPS, EPOCHS * rows // batch), batch=min(batch, rows))

    def learn(
        self, lessons: Sequence[Lesson], effort: Effort, tick: Callable[[float], None]
    ) -> list[list[Learnt]]:
        """Train what has one shape together."""
        found: dict[int, list[Learnt]] = {}
        with one_thread():
            for places in _blocks(lessons, effort):
                mine = [lessons[place] for place in places]
                block = Block(mine, effort, _batch(mine[0], effort), (WIDTH, LAYERS))
                learnt = block.run(_part(tick, len(found), len(mine), len(lessons)))
                found |= dict(zip(places, learnt, strict=True))
        return [found[place] for place in range(len(lessons))]


def _part(
    tick: Callable[[float], None], done: int, some: int, total: int
) -> Callable[[float], None]:
    """Return what hears of the share of some lessons, and tells that of all."""
    return lambda share: tick((done + share * some) / total)


def _blocks(lessons: Sequence[Lesson], effort: Effort) -> list[list[int]]:
    """Return the places of lessons that can train together."""
    found: dict[Any, list[int]] = {}
    for place, lesson in enumerate(lessons):
        loss, head = lesson.losses[0], lesson.head
        alike = (
            type(loss), type(head), head.outputs, len(lesson.losses), lesson.optimizer,
            lesson.bench.task.weight is None, _batch(lesson, effort),
        )  # fmt: skip
        found.setdefault(alike, []).append(place)
    return list(found.values())


def _batch(lesson: Lesson, effort: Effort) -> int:
    rows = len(lesson.bench.split.train)
    return min(effort.batch or rows, rows)


@contextmanager
def one_thread() -> Iterator[None]:
    """Use one thread, as small products are slower on many; restore what was before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
