"""What a target column holds: amounts, counts or classes; detected, said aloud, open to veto."""

from dataclasses import replace

import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.facts import AMOUNTS, CLASSES, Metric
from lossary.lab.tasks.amount_target import read_amounts
from lossary.lab.tasks.class_target import Target, read_classes
from lossary.lab.tasks.numbers import numbers

KINDS = (*AMOUNTS, *CLASSES)
_FEW = 20  # whole numbers of so few different values may be classes ...
_COMMON = 0.03  # ... if each of them is common; a count has a thin tail


def read_target(
    column: pd.Series, metric: Metric | None, kind: str | None, positive: str | None
) -> Target:
    """Read a target as `kind` says, else as the metric needs it, else as it looks.

    Raises:
        ArgumentError: it is constant or empty, or does not fit the kind or the metric.
        NotFoundError: there is no such kind or no such positive class.
    """
    family = _family(kind, metric)
    read, said = numbers(column)
    if family is None:
        family = AMOUNTS if read is not None and not _like_classes(read) else CLASSES
    known = (column if family is CLASSES or read is None else read).notna().to_numpy()
    if not known.any():
        raise ArgumentError(f"target {column.name!r}: every row is missing; nothing can be learnt.")
    if family is CLASSES:
        target, said = read_classes(column, known, positive, kind), ""
    elif read is None:
        raise ArgumentError(_no_numbers(column, metric, kind))
    else:
        target = read_amounts(str(column.name), read.to_numpy()[known], known, kind)
    lost = len(known) - int(known.sum())
    gaps = f"{lost:,} rows without {column.name} are left out" if lost else ""
    return replace(target, remarks=(*target.remarks, *filter(None, (said, gaps))))


def _family(kind: str | None, metric: Metric | None) -> tuple[str, ...] | None:
    if kind is None:
        return None if metric is None else (AMOUNTS if metric.kinds is AMOUNTS else CLASSES)
    if kind not in (*KINDS, "classification"):
        hint = nearest(kind, (*KINDS, "classification"))
        raise NotFoundError(f"task {kind!r}: there is none of that name. {hint}")
    family = AMOUNTS if kind in AMOUNTS else CLASSES
    if metric is not None and not set(metric.kinds) & set(family):
        raise ArgumentError(
            f"metric {metric.name} judges {'classes' if family is AMOUNTS else 'amounts'}, "
            f"but the task was given as {kind}. Leave one of the two out."
        )
    return family


def _like_classes(values: pd.Series) -> bool:
    known = values.dropna()
    counts = known.value_counts()
    if len(counts) <= 2:
        return len(counts) == 2
    whole = bool((known % 1 == 0).all())
    return whole and len(counts) <= _FEW and counts.min() >= _COMMON * len(known)


def _no_numbers(column: pd.Series, metric: Metric | None, kind: str | None) -> str:
    examples = ", ".join(map(repr, column.dropna().astype(str).unique()[:3]))
    asked = f"metric {metric.name} judges amounts" if metric and not kind else f"task {kind}"
    return (
        f"target {column.name!r}: {asked}, but this is text such as {examples}. "
        f"Choose a metric of classes: accuracy, log_loss, f1 or roc_auc."
    )
