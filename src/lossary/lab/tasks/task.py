"""A task: the features, the target, what kind of target it is, and the metric that judges."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.facts import AMOUNTS, Metric
from lossary.lab.metrics.named import for_kind, metric
from lossary.lab.tasks.class_target import Target
from lossary.lab.tasks.columns import sort_columns
from lossary.lab.tasks.given import names
from lossary.lab.tasks.roles import Roles, check_names, read_roles, records
from lossary.lab.tasks.table import Table
from lossary.lab.tasks.target import read_target
from lossary.records import ColumnRecord

_DEFAULTS = {
    "regression": "rmse",
    "positive": "mae",
    "nonnegative": "rmse",
    "count": "poisson_deviance",
    "proportion": "rmse",
    "binary": "log_loss",
    "multiclass": "log_loss",
    "ordinal": "qwk",
    "multilabel": "log_loss",
    "survival": "c_index",
}


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be predicted, from what, and what judges; rows are those with a target.

    `target` is of shape (n,): amounts; class or level numbers; times, negative where they were cut
    off before the event. It is of shape (n, labels) where a row may have several labels. `groups`
    are kept together by every split, `order` makes splits follow time. Where rows have an exposure,
    the target is per unit of it, and the exposure is part of `weight`.
    """

    table: Table
    features: pd.DataFrame
    target: np.ndarray
    name: str
    kind: str
    classes: tuple[str, ...]
    metric: Metric
    columns: tuple[ColumnRecord, ...]
    remarks: tuple[str, ...]
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    order: np.ndarray | None = None

    @property
    def amounts(self) -> bool:
        """Whether the target is an amount: not a class, a level, labels, or a time to an event."""
        return self.kind in AMOUNTS


def read_task(
    table: Table,
    target: Any = None,
    metric_name: str | None = None,
    kind: str | None = None,
    positive: str | None = None,
    *,
    event: str | None = None,
    groups: str | None = None,
    order: str | None = None,
    weight: str | None = None,
    exposure: str | None = None,
    drop: str | Iterable[str] = (),
) -> Task:
    """Find out what the columns `target` ask for; what is found stands in `remarks`.

    Args:
        table: the table; where it came with its target, `target` may be left out.
        target: a column, or several of labels: a list, or `a,b,c`.
        metric_name: what judges; without it, a default for the kind of target.
        kind: what the target is, where the detection is wrong.
        positive: which of two classes is to be found.
        event: the column that says whether a time ended with its event or was cut off before.
        groups: the column of which rows of one value are never parted.
        order: the column of times or numbers by which training is always on what came before.
        weight: the column that says how much a row counts.
        exposure: the column by which amounts are divided, and rows weighed.
        drop: columns that are no features.

    Raises:
        NotFoundError: no such column, metric, kind or class; the nearest are told.
        ArgumentError: the target does not fit the metric, a column does not fit its role, or no
            feature is left.
    """
    asked = None if metric_name is None else metric(metric_name)
    called, dropped = _target_names(table, target), _listed(drop)
    named = _named(event=event, groups=groups, order=order, weight=weight, exposure=exposure)
    check_names(table.frame, called, named, dropped)
    found = read_target(
        table.frame[list(called)], asked, kind, positive,
        None if event is None else table.frame[event], amounts=exposure is not None,
    )  # fmt: skip
    if positive is not None and found.kind != "binary":
        raise ArgumentError(
            f"positive={positive!r} says which of two classes is to be found, but {found.name!r} "
            f"is {found.kind}. Leave it out."
        )
    used = table.frame[found.known]
    roles = read_roles(used, named)
    found = _per_exposure(found, roles)
    judge = for_kind(asked or metric(_DEFAULTS[found.kind]), found.kind)
    _fits(judge, found)
    others = used.drop(columns=[*called, *named.values(), *dropped])
    features, sorted_ = sort_columns(others, used[list(called)])
    _some(features, table, found, sorted_)
    columns = (*(ColumnRecord(each, "target", found.kind) for each in called),
               *records(named, dropped), *sorted_)  # fmt: skip
    return Task(
        table, features, found.values, found.name, found.kind, found.classes, judge, columns,
        remarks=(*found.remarks, *roles.remarks, _judged(judge, asked)),
        weight=_product(roles.weight, roles.exposure), groups=roles.groups, order=roles.order,
    )  # fmt: skip


def _named(**roles: str | None) -> dict[str, str]:
    """Return the columns that were named, by their roles."""
    return {role: str(name) for role, name in roles.items() if name is not None}


def _some(
    features: pd.DataFrame, table: Table, found: Target, columns: Iterable[ColumnRecord]
) -> None:
    """Raise an ArgumentError where no feature is left; says why."""
    if features.shape[1]:
        return
    why = "; ".join(f"{each.name} {each.remark}" for each in columns) or "there is no other"
    raise ArgumentError(f"{table.name}: no column is left to predict {found.name!r} from ({why}).")


def _target_names(table: Table, target: Any) -> tuple[str, ...]:
    """Return the columns to predict; raise an error with the nearest ones where there are none."""
    called = names(target) or table.target
    if not called:
        there = ", ".join(map(str, table.frame.columns[:12]))
        raise ArgumentError(f"{table.name}: which column is the target? There are: {there}.")
    if len(called) == 1 and called[0] not in table.frame.columns and "," in called[0]:
        called = tuple(each.strip() for each in called[0].split(",") if each.strip())
    for each in called:
        if each not in table.frame.columns:
            hint = nearest(each, map(str, table.frame.columns))
            raise NotFoundError(f"target {each!r}: {table.name} has no such column. {hint}")
    if len(set(called)) < len(called):
        raise ArgumentError(f"target {', '.join(called)!r}: names a column twice.")
    return called


def _listed(drop: str | Iterable[str]) -> list[str]:
    listed = drop.split(",") if isinstance(drop, str) else drop
    return list(dict.fromkeys(str(each).strip() for each in listed if str(each).strip()))


def _per_exposure(found: Target, roles: Roles) -> Target:
    if roles.exposure is None:
        return found
    if found.kind == "proportion":
        raise ArgumentError(
            f"exposure: target {found.name!r} is shares already; leave exposure= out, or hand over "
            f"the counts that the shares were made of."
        )
    return replace(found, values=found.values / roles.exposure)


def _product(weight: np.ndarray | None, exposure: np.ndarray | None) -> np.ndarray | None:
    if weight is None or exposure is None:
        return exposure if weight is None else weight
    return weight * exposure


def _judged(judge: Metric, asked: Metric | None) -> str:
    chosen = "" if asked else " (not asked for: the default for this kind of target)"
    if asked and asked.name != judge.name:
        chosen = f" (which is what {asked.name} means for this kind of target)"
    note = f"; note: {judge.note}" if judge.note else ""
    return f"judged by {judge.spelled}: {judge.title}{chosen}{note}"


def _fits(judge: Metric, found: Target) -> None:
    """Refuse a metric that cannot be computed for these values."""
    if found.kind not in judge.kinds:
        raise ArgumentError(
            f"metric {judge.name} judges {' and '.join(judge.kinds)} targets, but {found.name!r} "
            f"is {found.kind}."
        )
    if found.kind not in AMOUNTS:
        return
    outside = judge.target.outside(np, found.values)
    if outside.any():
        first = found.values[outside.argmax()]
        raise ArgumentError(
            f"metric {judge.name}: the target must lie in {judge.target}, but {outside.sum():,} of "
            f"{len(outside):,} values of {found.name!r} do not, first {first:g}. "
            f"Judge by mae or rmse, or mend the column."
        )
