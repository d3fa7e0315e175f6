"""A study before it begins: the task, the arms, and what each may spend, so that it can be said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.proposing import choose, propose
from lossary.lab.arms.spelling import split
from lossary.lab.decision.judging import judge_of
from lossary.lab.learners.lesson import Budget
from lossary.lab.tasks.enough import enough
from lossary.lab.tasks.folds import INNER
from lossary.lab.tasks.samples import TARGET, sample
from lossary.lab.tasks.table import Table, table
from lossary.lab.tasks.task import Task, read_task

RATES = (0.001, 0.0046, 0.022, 0.1)
_CHECKS = 40
_EPOCHS, _LEAST_STEPS, _MOST_STEPS = 40, 500, 3000
_BATCHES = ((10_000, 256), (4_000, 128), (1_000, 64), (0, 32))
_MANY_ROWS = 100_000
_FEW_ROWS = 6_000


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
        if judge_of(self.task, self.task.target).tunes:
            return "the threshold is tuned on the inner hold-out for every arm"
        if self.task.metric.floor:
            return "no amount below 1 % of the mean training target is reported"
        return ""


def plan(
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
    if target is None and data is None:
        target = TARGET
    if target is None:
        names = ", ".join(map(str, read.frame.columns[:12]))
        raise ArgumentError(f"{read.name}: which column is the target? There are: {names}.")
    read, cut = _capped(read, seed)
    asked = read_task(read, str(target), metric, task, positive)
    asked = replace(asked, remarks=(*asked.remarks, *cut))
    if repeats is None:
        repeats = 3 if len(asked.target) <= _FEW_ROWS else 1
    enough(asked, folds, repeats, seed)
    arms = propose(asked) if losses is None else choose(asked, _listed(losses))
    return Plan(asked, arms, folds, repeats, seed, _budget(len(asked.target), folds))


def _listed(losses: str | Loss | Iterable[Any]) -> Iterable[Any]:
    if isinstance(losses, str):
        return split(losses)
    return [losses] if isinstance(losses, Loss) else losses


def _budget(rows: int, folds: int) -> Budget:
    """Return about forty rounds through the training rows, within bounds."""
    learnt = int(rows * (1 - 1 / folds) * (1 - INNER))
    batch = next(size for least, size in _BATCHES if learnt >= least)
    steps = min(max(_EPOCHS * learnt // batch, _LEAST_STEPS), _MOST_STEPS)
    return Budget(RATES, steps, batch, _CHECKS)


def _capped(read: Table, seed: int) -> tuple[Table, list[str]]:
    """Leave out rows by chance where there are very many."""
    rows = len(read.frame)
    if rows <= _MANY_ROWS:
        return read, []
    kept = read.frame.sample(_MANY_ROWS, random_state=seed).sort_index()
    return replace(read, frame=kept), [f"{_MANY_ROWS:,} of {rows:,} rows are used, drawn by chance"]
