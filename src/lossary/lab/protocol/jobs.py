"""The work of a study in pieces that can be handed out: one arm, some folds, some settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary.lab.arms.arm import Arm
from lossary.lab.learners.learner import Setting
from lossary.lab.protocol.plan import HELD, Plan
from lossary.lab.protocol.sampling import PLAIN, ROUND, asked, planned
from lossary.records import PointRecord, TrialRecord

Key = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Tried:
    """One trial on one fold, as it is kept: what was set, what came out, the answers if wanted.

    `raw_outer` is the score without the decision layer; `answers` are raw outputs on judged rows.
    """

    repeat: int
    fold: int
    number: int
    trial: TrialRecord
    raw_outer: float
    decision: dict[str, Any] | None
    loss: dict[str, Any]
    unit: float
    curve: tuple[PointRecord, ...] = ()
    answers: np.ndarray | None = None

    @property
    def key(self) -> Key:
        """Where it stands among the trials of its arm."""
        return self.repeat, self.fold, self.number


@dataclass(frozen=True, eq=False)
class Job:
    """One arm on some folds of one repeat: for each fold the numbers of trials and settings."""

    arm: Arm
    repeat: int
    folds: tuple[int, ...]
    first: int
    settings: tuple[tuple[Setting, ...], ...]
    portrait: bool = False
    """Whether answers are to be given back too."""

    @property
    def keys(self) -> set[Key]:
        """The trials that it runs."""
        return {
            (self.repeat, fold, self.first + place)
            for fold, each in zip(self.folds, self.settings, strict=True)
            for place in range(len(each))
        }


def rounds(plan: Plan, arm: Arm) -> int:
    """Return how many times an arm must wait to hear what came out."""
    return 1 if plan.sampler in PLAIN else -(-plan.trials_of(arm) // ROUND)


def jobs(
    plan: Plan, arm: Arm, repeat: int, turn: int, known: dict[Key, Tried], task_folds: Sequence[int]
) -> Iterator[Job]:
    """Yield the jobs of one arm in one repeat and round, without those that are done."""
    learner, first = plan.learners[arm.learner], turn * ROUND if plan.sampler not in PLAIN else 0
    settings = tuple(_settings(plan, arm, repeat, fold, turn, known) for fold in task_folds)
    whole = Job(arm, repeat, tuple(task_folds), first, settings, repeat in (0, HELD))
    for job in [whole] if learner.lockstep else _singly(whole):
        if not job.keys <= known.keys():
            yield job


def by_fold(job: Job) -> Iterator[Job]:
    """Take a job apart into its folds, which find the same together and singly."""
    for fold, settings in zip(job.folds, job.settings, strict=True):
        yield replace(job, folds=(fold,), settings=(settings,))


def _singly(job: Job) -> Iterator[Job]:
    """Take a job apart into single trials."""
    for place in range(len(job.settings[0])):
        for fold, settings in zip(job.folds, job.settings, strict=True):
            one = ((settings[place],),)
            yield replace(job, folds=(fold,), first=job.first + place, settings=one)


def _settings(
    plan: Plan, arm: Arm, repeat: int, fold: int, turn: int, known: dict[Key, Tried]
) -> tuple[Setting, ...]:
    trials, space = plan.trials_of(arm), plan.space_of(arm)
    if plan.sampler in PLAIN:
        return tuple(planned(space, plan.sampler, trials, plan.seed))
    past = [
        (known[key].trial.setting, known[key].trial.inner)
        for key in ((repeat, fold, number) for number in range(turn * ROUND))
        if key in known
    ]
    seed, more = plan.seed + 7919 * repeat + 101 * fold, plan.task.metric.greater_is_better
    count = min(ROUND, trials - turn * ROUND)
    return tuple(asked(space, plan.sampler, count, seed, past, more))
