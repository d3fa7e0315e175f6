"""A fair comparison of losses, from a table to a record: planned and said first, then run.

Every arm gets the same folds, first weights, order of rows, learning rates and steps. The metric on
an inner hold-out chooses the learning rate and the step; the metric on the fold, never seen until
then, is the score. Values of different losses are never compared.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from lossary.errors import ArgumentError
from lossary.lab.arms import Arm, choose, propose, split
from lossary.lab.capsule import machine, now, versions
from lossary.lab.folds import INNER, enough, splits
from lossary.lab.judging import tunes
from lossary.lab.learners.perceptron import NAME, Budget
from lossary.lab.samples import TARGET, sample
from lossary.lab.table import Table, table
from lossary.lab.task import Task, read_task
from lossary.lab.trial import attempt, attempt_constant, prepare
from lossary.lab.verdict import CONSTANT, verdict
from lossary.records import (
    ArmRecord,
    DataRecord,
    FoldRecord,
    ProtocolRecord,
    QuestionRecord,
    StudyRecord,
)

RATES = (0.001, 0.0046, 0.022, 0.1)
_CHECKS = 40
_EPOCHS, _STEPS = 40, (500, 3000)
_ROWS = 100_000
_SMALL = 2_000
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class Plan:
    """A study that has not begun: the task, the arms, and what each may spend."""

    task: Task
    arms: tuple[Arm, ...]
    folds: int
    repeats: int
    seed: int
    budget: Budget

    @property
    def decision(self) -> str:
        """How outputs become what the metric judges, beyond the loss; the same for every arm."""
        if tunes(self.task.metric, len(self.task.classes)):
            return "the threshold is tuned on the inner hold-out for every arm"
        if self.task.metric.floor:
            return "no amount below 1 % of the mean training target is reported"
        return ""


def plan(
    data: Any = None,
    target: str | None = None,
    metric: str | None = None,
    losses: str | Iterable[Any] | None = None,
    folds: int = 5,
    seed: int = 0,
    *,
    repeats: int | None = None,
    task: str | None = None,
    positive: str | None = None,
) -> Plan:
    """Read the table, find out what is asked, choose the arms; nothing is trained.

    Args:
        data: a path to CSV or Parquet, or a pandas.DataFrame; without it, a bundled sample.
        target: the column to predict.
        metric: what judges, by name; without it, a default for the kind of target.
        losses: arms by name or as losses; without it, those that fit the metric.
        folds: into how many parts the rows are divided.
        repeats: how often they are; without it, three times where there are few rows.
        seed: of folds, first weights and the order of rows.
        task: regression, positive, nonnegative, count, classification, binary or multiclass,
            where the detection is wrong.
        positive: which of two classes is to be found.

    Raises:
        NotFoundError, ArgumentError: say what was given, what was expected and how to mend it.
    """
    read = sample() if data is None else table(data)
    if data is None and target is None:
        target, metric = TARGET, metric or "mae"
    if target is None:
        names = ", ".join(map(str, read.frame.columns[:12]))
        raise ArgumentError(f"{read.name}: which column is the target? There are: {names}.")
    read, cut = _capped(read, seed)
    asked = read_task(read, target, metric, task, positive)
    asked = replace(asked, remarks=(*asked.remarks, *cut))
    repeats = repeats or (3 if len(asked.target) <= _SMALL else 1)
    enough(asked, folds, repeats)
    given = split(losses) if isinstance(losses, str) else losses
    arms = propose(asked) if given is None else choose(asked, given)
    return Plan(asked, arms, folds, repeats, seed, _budget(len(asked.target), folds))


def run(plan: Plan, progress: Progress | None = None) -> StudyRecord:
    """Train and judge every arm on every fold; `progress(done, total, doing)` hears of each check."""
    began, created = perf_counter(), now()
    meter = _Meter(plan, progress)
    found: dict[str, list[FoldRecord]] = {arm.name: [] for arm in plan.arms}
    found[CONSTANT], words = [], ""
    for each in splits(plan.task, plan.folds, plan.repeats, plan.seed):
        bench = prepare(plan.task, each)
        record, words = attempt_constant(bench)
        found[CONSTANT].append(record)
        for arm in plan.arms:
            meter.doing = f"fold {each.fold + 1}, {arm.name}"
            record, _ = attempt(arm, bench, plan.budget, plan.seed, meter.tick)
            found[arm.name].append(record)
    scores = {name: np.array([each.score for each in folds]) for name, folds in found.items()}
    metric = plan.task.metric
    ranked = verdict(
        scores, metric.greater_is_better, plan.folds, metric.name, [arm.name for arm in plan.arms]
    )
    return StudyRecord(
        created=created,
        seconds=perf_counter() - began,
        data=_data(plan.task),
        question=_question(plan.task),
        protocol=_protocol(plan),
        arms=(*_arms(plan, found), _constant_arm(found[CONSTANT], words)),
        verdict=ranked,
        versions=versions(),
        platform=machine(),
    )


def study(
    data: Any = None,
    target: str | None = None,
    metric: str | None = None,
    losses: str | Iterable[Any] | None = None,
    folds: int = 5,
    seed: int = 0,
    *,
    out: str | Path | None = None,
    progress: Progress | None = None,
    **more: Any,
) -> StudyRecord:
    """Compare losses on a table and return what was found; see `plan` for the arguments.

    With `out`, the record is written there as record.json.
    """
    record = run(plan(data, target, metric, losses, folds, seed, **more), progress)
    if out is not None:
        record.write(out)
    return record


def estimate(plan: Plan) -> float:
    """Return about how many seconds a run will take, from a few steps of one arm."""
    bench = prepare(plan.task, next(splits(plan.task, plan.folds, plan.repeats, plan.seed)))
    per_check = max(1, plan.budget.steps // plan.budget.checks)
    took = []
    for checks in (1, 1, 5):  # the first wakes everything up
        began = perf_counter()
        few = replace(plan.budget, steps=per_check * checks, checks=checks)
        attempt(plan.arms[-1], bench, few, plan.seed)
        took.append(perf_counter() - began)
    each = max(took[2] - took[1], 0.0) / 4
    fits = len(plan.arms) * plan.folds * plan.repeats
    return fits * (took[1] + (plan.budget.checks - 1) * each)


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


def _budget(rows: int, folds: int) -> Budget:
    learnt = int(rows * (1 - 1 / folds) * (1 - INNER))
    batch = next(
        size
        for size, least in ((256, 10_000), (128, 4_000), (64, 1_000), (32, 0))
        if learnt >= least
    )
    steps = min(max(_EPOCHS * learnt // batch, _STEPS[0]), _STEPS[1])
    return Budget(RATES, steps, batch, _CHECKS)


def _capped(read: Table, seed: int) -> tuple[Table, list[str]]:
    """Leave out rows by chance where there are very many."""
    rows = len(read.frame)
    if rows <= _ROWS:
        return read, []
    kept = read.frame.sample(_ROWS, random_state=seed).sort_index()
    return replace(read, frame=kept), [f"{_ROWS:,} of {rows:,} rows are used, drawn by chance"]


def _data(task: Task) -> DataRecord:
    return DataRecord(task.table.name, task.table.sha256, len(task.target), task.columns)


def _question(task: Task) -> QuestionRecord:
    metric = task.metric
    return QuestionRecord(
        task.name,
        task.kind,
        task.classes,
        metric.name,
        metric.title,
        metric.greater_is_better,
        task.remarks,
    )


def _protocol(plan: Plan) -> ProtocolRecord:
    budget = plan.budget
    return ProtocolRecord(
        plan.folds, plan.repeats, plan.seed, INNER, NAME, budget.learning_rates, budget.steps,
        budget.batch, plan.decision,
    )  # fmt: skip


def _arms(plan: Plan, found: dict[str, list[FoldRecord]]) -> list[ArmRecord]:
    return [
        ArmRecord(
            arm.name,
            arm.loss.to_dict(),
            arm.reason,
            arm.grade,
            arm.cites,
            arm.caution,
            tuple(found[arm.name]),
        )
        for arm in plan.arms
    ]


def _constant_arm(folds: list[FoldRecord], words: str) -> ArmRecord:
    reason = f"never looks at a feature ({words} on the last fold): what every loss must beat"
    return ArmRecord(CONSTANT, None, reason, "", (), "", tuple(folds))
