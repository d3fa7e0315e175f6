"""A study that has not begun: the task, the arms, the folds, and what each arm may spend."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lossary.lab.arms.arm import Arm
from lossary.lab.learners.learner import Effort, Learner
from lossary.lab.protocol.capsule import code, fingerprint, machine, versions
from lossary.lab.tasks.folds import Split, inner, splits
from lossary.lab.tasks.task import Task
from lossary.records import SpaceRecord, SymptomRecord

HELD = 10_000
"""The repeat that is none: trained on all rows but the hold-out, and judged there."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All that decides what a study will find; the same plan finds the same, bit for bit.

    `dev` are the rows that are divided into folds, `held` those that no choice may see. Every arm
    tries `trials` settings on every fold, but the field's default, which has only its own.
    """

    task: Task
    diagnosis: tuple[SymptomRecord, ...]
    arms: tuple[Arm, ...]
    refused: tuple[str, ...]
    learners: dict[str, Learner]
    efforts: dict[str, Effort]
    folds: int
    repeats: int
    seed: int
    sampler: str
    trials: int
    dev: np.ndarray
    held: np.ndarray
    rope: float | None = None
    budget: float | None = None
    none_held: str = ""
    """Why no rows were held out, where none could be."""
    command: str = ""
    asked: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def divided(self) -> dict[tuple[int, int], Split]:
        """Every fold of every repeat, and the one that is judged on the hold-out."""
        task, seed = self.task, self.seed
        found = list(splits(task, self.folds, self.repeats, seed, self.dev))
        if len(self.held):
            found.append(Split(HELD, 0, *inner(task, self.dev, seed), self.held))
        return {(each.repeat, each.fold): each for each in found}

    def split(self, repeat: int, fold: int) -> Split:
        """Return one fold of one repeat."""
        return self.divided[repeat, fold]

    def trials_of(self, arm: Arm) -> int:
        """Return how many settings an arm tries."""
        return 1 if arm.role == "field" or not self.space_of(arm) else self.trials

    def space_of(self, arm: Arm) -> tuple[SpaceRecord, ...]:
        """Return what is tuned for an arm: the learner's nuisance parameters, then the loss's."""
        return (*self.learners[arm.learner].space(self.task, arm.optimizer), *arm.space)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What must be the same if trials of two runs are to be read together."""
        task = self.task
        return {
            "data": task.table.sha256,
            "target": task.name,
            "kind": [task.kind, *task.classes],
            "metric": task.metric.spelled,
            "columns": [[each.name, each.role] for each in task.columns],
            "rows": [len(self.dev), len(self.held)],
            "folds": self.folds,
            "seed": self.seed,
            "sampler": self.sampler,
            "trials": self.trials,
            "efforts": {name: repr(each) for name, each in self.efforts.items()},
            "code": code(),
            "versions": versions(),
            "machine": machine(),
        }

    @cached_property
    def fingerprint(self) -> str:
        """One hash of `facts`."""
        return fingerprint(self.facts)

    def name_of(self, arm: Arm) -> str:
        """Return the name under which an arm's trials are kept: one for all that decides them."""
        space = [repr(each) for each in self.space_of(arm)]
        facts = [arm.loss.to_dict(), arm.learner, repr(arm.optimizer), arm.fitted, arm.seed, space,
                 arm.role == "field"]  # fmt: skip
        return f"{arm.name} {fingerprint({'arm': facts, 'study': self.fingerprint})[:16]}"
