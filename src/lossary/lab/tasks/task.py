"""A task: the features, the target, what kind of target it is, and the metric that judges."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.facts import Metric
from lossary.lab.metrics.named import metric
from lossary.lab.tasks.columns import sort_columns
from lossary.lab.tasks.table import Table
from lossary.lab.tasks.target import Target, read_target
from lossary.records import ColumnRecord

_DEFAULTS = {
    "regression": "rmse",
    "positive": "mae",
    "nonnegative": "rmse",
    "count": "poisson_deviance",
    "binary": "log_loss",
    "multiclass": "log_loss",
}


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be predicted, from what, and what judges; rows are those with a target."""

    table: Table
    features: pd.DataFrame
    target: np.ndarray
    name: str
    kind: str
    classes: tuple[str, ...]
    metric: Metric
    columns: tuple[ColumnRecord, ...]
    remarks: tuple[str, ...]

    @property
    def amounts(self) -> bool:
        """Whether the target is an amount, not a class."""
        return not self.classes


def read_task(
    table: Table,
    target: str,
    metric_name: str | None = None,
    kind: str | None = None,
    positive: str | None = None,
) -> Task:
    """Find out what the column `target` asks for; what is found stands in `remarks`.

    Raises:
        NotFoundError: no such column, metric, kind or class; the nearest are told.
        ArgumentError: the target does not fit the metric, or no feature is left.
    """
    if target not in table.frame.columns:
        hint = nearest(target, map(str, table.frame.columns))
        raise NotFoundError(f"target {target!r}: {table.name} has no such column. {hint}")
    asked = None if metric_name is None else metric(metric_name)
    column = table.frame[target]
    found = read_target(column, asked, kind, positive)
    judge = asked or metric(_DEFAULTS[found.kind])
    _fits(judge, found)
    features, roles = sort_columns(
        table.frame.drop(columns=target)[found.known], column[found.known]
    )
    if not features.shape[1]:
        why = "; ".join(f"{each.name} {each.remark}" for each in roles) or "it is the only column"
        raise ArgumentError(f"{table.name}: no column is left to predict {target!r} from ({why}).")
    chosen = "" if asked else " (not asked for: the default for this kind of target)"
    note = f"; note: {judge.note}" if judge.note else ""
    remarks = (*found.remarks, f"judged by {judge.name}: {judge.title}{chosen}{note}")
    roles = [ColumnRecord(target, "target", found.kind), *roles]
    return Task(
        table,
        features,
        found.values,
        target,
        found.kind,
        found.classes,
        judge,
        tuple(roles),
        remarks,
    )


def _fits(judge: Metric, found: Target) -> None:
    """Refuse a metric that cannot be computed for these values."""
    if found.kind not in judge.kinds:
        raise ArgumentError(
            f"metric {judge.name} judges {' and '.join(judge.kinds)} targets, but {found.name!r} "
            f"is {found.kind}."
        )
    if found.classes:
        return
    outside = judge.target.outside(np, found.values)
    if outside.any():
        first = found.values[outside.argmax()]
        raise ArgumentError(
            f"metric {judge.name}: the target must lie in {judge.target}, but {outside.sum():,} of "
            f"{len(outside):,} values of {found.name!r} do not, first {first:g}. "
            f"Judge by mae or rmse, or mend the column."
        )
