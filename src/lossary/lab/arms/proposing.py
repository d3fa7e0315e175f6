"""The arms of a study: which losses compete, with which learners, and why; and which do not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lossary.errors import ArgumentError
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.crossing import PART, pairs
from lossary.lab.arms.entrants import Entrants, Proposal
from lossary.lab.arms.fitting import head_for
from lossary.lab.arms.forming import advised, given
from lossary.lab.arms.optimizing import read_optimizers
from lossary.lab.arms.selecting import affordable, selected, why_not
from lossary.lab.learners.learner import Learner
from lossary.lab.rules.advising import Diagnosis, advise
from lossary.lab.rules.rules import default_of
from lossary.lab.tasks.task import Task


def propose(
    task: Task,
    diagnosis: Diagnosis = (),
    learners: Sequence[Learner] = (),
    optimizers: Any = (),
    incumbent: Any = None,
    *,
    most: int | None = None,
) -> Proposal:
    """Return the losses that the rules know for this metric, target and data, with reasons.

    First the loss that the metric itself asks for, then what most would have taken, as it stands
    and untuned, then what the data favour. What they speak against is not tried, nor rules of thumb
    for which they do not speak, nor what comes after `most` losses.

    Args:
        diagnosis: what the detectors saw.
        learners: those that are to learn by every loss; without any, none is asked.
        optimizers: names, calls or values, for learners that go down step by step.
        incumbent: what the user trains with today.
        most: losses for each learner and optimizer; without it, as many as are soon tried.
    """
    steppers = read_optimizers(optimizers)
    most = most or affordable(len(pairs(learners, steppers)))
    known = advise(task.metric, task.kind, diagnosis)
    tried = selected(task, known, most)
    arms = [advised(each, task, diagnosis) for each in tried]
    study = Entrants(task, known, diagnosis, learners, steppers)
    left = tuple(
        f"{advised(each, task, diagnosis).name}: not tried: {why_not(each, most)}"
        for each in known if each not in tried
    )  # fmt: skip
    found = study.drawn_up([replace(arms[0], role="default"), *arms[1:]], incumbent)
    return Proposal(found.arms, (*found.refused, *left))


def choose(
    task: Task,
    losses: Iterable[Any],
    learners: Sequence[Learner] = (),
    optimizers: Any = (),
    incumbent: Any = None,
    *,
    diagnosis: Diagnosis = (),
) -> Proposal:
    """Return the user's own arms: names, names with parameters, or losses.

    The loss that the metric asks for and what most would have taken are put beside them.

    Raises:
        NotFoundError: nothing bears the name; the nearest are told.
        ArgumentError: a loss does not fit the task, and why; or fewer than one was named.
    """
    known = advise(task.metric, task.kind, diagnosis)
    own: dict[str, Arm] = {}
    for each in losses:
        arm = given(each, task, known, diagnosis)
        head_for(arm.loss, task)
        own.setdefault(arm.name, arm)
    if not own:
        raise ArgumentError("losses: none was named. Leave it out to have them proposed.")
    rule = default_of(task.metric, task.kind)
    default = advised(next(each for each in known if each.rule is rule), task, diagnosis)
    own = {default.name: replace(own.get(default.name, default), role="default")} | {
        name: arm for name, arm in own.items() if name != default.name
    }
    study = Entrants(task, known, diagnosis, learners, read_optimizers(optimizers))
    found = study.drawn_up(list(own.values()), incumbent)
    lost = [arm for arm in own.values() if arm.role == "" and not _kept(arm, found)]
    if learners and lost:
        raise ArgumentError(
            " ".join(each for each in found.refused if each.startswith(lost[0].name))
        )
    return found


def _kept(arm: Arm, found: Proposal) -> bool:
    return any(
        each.name == arm.name or each.name.startswith(arm.name + PART) for each in found.arms
    )
