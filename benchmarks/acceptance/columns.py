"""A table of losses by metrics: each cell is what the lab reached, for every draw of the data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.acceptance.draws import Draws
from lossary import lab
from lossary.lab import Plan
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.forming import given
from lossary.lab.learners.shelf import learner_named
from lossary.lab.protocol.choosing import by_fold, chosen
from lossary.lab.protocol.running import Run
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.workers import workers
from lossary.lab.tasks.folds import Split

Cell = dict[str, list[float]]


@dataclass(frozen=True, eq=False)
class DrawnPlan(Plan):
    """A plan whose folds are draws of their own: no two share a row."""

    own: tuple[Split, ...] = ()

    @cached_property
    def divided(self) -> dict[tuple[int, int], Split]:
        return {(each.repeat, each.fold): each for each in self.own}


@dataclass(frozen=True)
class Contest:
    """Losses, called as a reader knows them, that one learner learns by."""

    losses: dict[str, Any]
    learner: str
    trials: int = 1

    def planned(self, draws: Draws, metric: str) -> Plan:
        """Return the plan in which every draw is a fold."""
        task = lab.question(draws.frame, "target", metric)
        learner, split = learner_named(self.learner), draws.splits[0]
        return DrawnPlan(
            task=task, diagnosis=(), arms=tuple(self._arms(task)), refused=(),
            learners={self.learner: learner},
            efforts={self.learner: learner.effort(task, len(split.train))},
            folds=len(draws.splits), repeats=1, seed=0, sampler="random", trials=self.trials,
            dev=np.arange(len(task.target)), held=np.empty(0, int), own=draws.splits,
        )  # fmt: skip

    def _arms(self, task: Any) -> Iterator[Arm]:
        for name, what in self.losses.items():
            arm = what if isinstance(what, Arm) else given(what, task, (), ())
            yield replace(arm, name=name, learner=self.learner)


def column(contest: Contest, draws: Draws, metric: str) -> tuple[Cell, Cell]:
    """Run the study of one metric: what every loss reached on each draw, and without tuning after
    training (thresholds, calibration, factors)."""
    plan = contest.planned(draws, metric)
    with TemporaryDirectory() as folder, workers(1, None) as alone:
        run = Run(plan, Store(Path(folder)), alone, lambda share, doing: None)
        run.go()
    best = {
        name: [chosen(plan.task.metric, each) for each in by_fold(known, range(1))]
        for name, known in run.known.items()
    }
    decided = {name: [one.trial.outer for one in each] for name, each in best.items()}
    return decided, {name: [one.raw_outer for one in each] for name, each in best.items()}


def columns(contest: Contest, draws: Draws, metrics: Sequence[str]) -> dict[str, Cell]:
    """Run the studies of several metrics; "metric, as it comes" is the one without tuning."""
    found: dict[str, Cell] = {}
    for metric in metrics:
        found[metric], raw = column(contest, draws, metric)
        if raw != found[metric]:
            found[f"{metric}, as it comes"] = raw
    return found
