"""Arms crossed with learners and optimizers: who takes which, under which name, and who refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lossary.core.descent.optimizer import Optimizer
from lossary.errors import ArgumentError
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.fitting import head_for
from lossary.lab.arms.optimizing import BY_STEPS
from lossary.lab.learners.learner import Learner
from lossary.lab.tasks.task import Task

Pair = tuple[Learner | None, Optimizer | None]
PART = " · "
"""What stands between a loss's name and its learner or optimizer."""


def pairs(learners: Sequence[Learner], optimizers: Sequence[Optimizer | None]) -> tuple[Pair, ...]:
    """Return each learner with each optimizer, if it goes down step by step; else once alone."""
    if not learners:
        return tuple((None, each) for each in optimizers)
    found: Iterator[Pair] = (
        (learner, each)
        for learner in learners
        for each in (optimizers if learner.name in BY_STEPS else (None,))
    )
    return tuple(found)


def crossed(arm: Arm, pair: Pair, several: bool) -> Arm:
    """Return an arm for a learner and an optimizer; `several` learners are told apart by name."""
    learner, optimizer = pair
    parts = [arm.name, learner.name if learner and several else ""]
    parts.append(optimizer.label if optimizer is not None else "")
    name = PART.join(filter(None, parts))
    return replace(
        arm, name=name, learner=learner.name if learner else arm.learner, optimizer=optimizer
    )


def refusal(arm: Arm, pair: Pair, task: Task) -> str:
    """Say why a learner does not take an arm, or "" where it does."""
    learner, optimizer = pair
    try:
        head_for(arm.loss, task)
        said = learner.refuses(arm.loss, task) if learner else ""
        if learner and not said:
            learner.space(task, optimizer)
    except ArgumentError as error:
        return str(error)
    return said
