"""A fair comparison of losses: planned and said first, then run, and judged by the metric alone.

Every arm gets the same folds, first weights, order of rows, learning rates and steps. The metric on
an inner hold-out chooses the learning rate and the step; the metric on the fold, never seen until
then, is the score. Values of different losses are never compared.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from lossary.core.loss import Loss
from lossary.lab.protocol.bench import prepare
from lossary.lab.protocol.capsule import now
from lossary.lab.protocol.planning import Plan, plan
from lossary.lab.protocol.recording import Folds, recorded
from lossary.lab.protocol.trial import attempt, attempt_constant
from lossary.lab.tasks.folds import splits
from lossary.lab.verdict.ranking import verdict
from lossary.lab.verdict.words import CONSTANT
from lossary.records import StudyRecord

Progress = Callable[[int, int, str], None]


def run(plan: Plan, progress: Progress | None = None) -> StudyRecord:
    """Train and judge every arm on every fold; `progress(done, total, doing)` hears every check."""
    began, created, meter = perf_counter(), now(), _Meter(plan, progress)
    found: Folds = {name: [] for name in (*(arm.name for arm in plan.arms), CONSTANT)}
    words = ""
    for split in splits(plan.task, plan.folds, plan.repeats, plan.seed):
        bench = prepare(plan.task, split)
        record, words = attempt_constant(bench)
        found[CONSTANT].append(record)
        for arm in plan.arms:
            meter.doing = f"fold {split.fold + 1}, {arm.name}"
            record, _ = attempt(arm, bench, plan.budget, plan.seed, meter.tick)
            found[arm.name].append(record)
    scores = {name: np.array([each.score for each in folds]) for name, folds in found.items()}
    # Losses that a user names may come in any order; an unknown reason is the last of all.
    preferred = [arm.name for arm in sorted(plan.arms, key=lambda arm: arm.grade or "Z")]
    ranked = verdict(scores, plan.task.metric, plan.folds, preferred)
    return recorded(plan, found, words, ranked, created, perf_counter() - began)


def study(
    data: Any = None,
    target: str | None = None,
    metric: str | None = None,
    losses: str | Loss | Iterable[Any] | None = None,
    folds: int = 5,
    seed: int = 0,
    *,
    repeats: int | None = None,
    task: str | None = None,
    positive: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> StudyRecord:
    """Compare losses on a table and return what was found.

    The arguments are those of `plan`. `out` is a folder for the record, written as record.json, and
    `progress(done, total, doing)` hears of every check.

    Raises:
        NotFoundError, ArgumentError: say what was given, what was expected and how to mend it.
    """
    planned = plan(
        data, target, metric, losses, folds, seed, repeats=repeats, task=task, positive=positive
    )
    record = run(planned, progress)
    if out is not None:
        record.write(out)
    return record


class _Meter:
    """Counts the checks of a run."""

    def __init__(self, plan: Plan, progress: Progress | None) -> None:
        self.total = len(plan.arms) * plan.folds * plan.repeats * (plan.budget.checks + 1)
        self.done, self.doing, self.progress = 0, "", progress

    def tick(self) -> None:
        """Hear that one more check is done."""
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total, self.doing)
