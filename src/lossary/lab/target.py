"""What a target column holds: amounts, counts or classes; detected, said aloud, and open to veto."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.columns import numbers
from lossary.lab.metrics import AMOUNTS, CLASSES, Metric

KINDS = (*AMOUNTS, *CLASSES)
_MANY = 50  # more different values than this are no classes
_FEW = 20  # whole numbers of so few different values may be classes ...
_COMMON = 0.03  # ... if each of them is common; a count has a thin tail
_WORDS = {"regression": "numbers", "positive": "numbers above zero",
          "nonnegative": "numbers, zero among them", "count": "counts"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Target:
    """The target's values where they are known: floats, or class numbers with their names."""

    name: str
    values: np.ndarray
    known: np.ndarray
    kind: str
    classes: tuple[str, ...]
    remarks: tuple[str, ...]


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
        target = _classes(column, known, positive, kind)
    else:
        if read is None:
            raise ArgumentError(_no_numbers(column, metric, kind))
        target = _amounts(str(column.name), read.to_numpy()[known], known, kind)
    remarks = [*target.remarks, *([f"{column.name}: {said}"] if said else [])]
    lost = len(known) - int(known.sum())
    if lost:
        remarks.append(f"{lost:,} rows without {column.name} are left out")
    return Target(target.name, target.values, known, target.kind, target.classes, tuple(remarks))


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
    if len(counts) == 2:
        return True
    whole = bool((known % 1 == 0).all())
    return whole and len(counts) <= _FEW and counts.min() >= _COMMON * len(known)


def _amounts(name: str, values: np.ndarray, known: np.ndarray, kind: str | None) -> Target:
    low, high = values.min(), values.max()
    if low == high:
        raise ArgumentError(f"target {name!r}: every row is {low:g}; there is nothing to predict.")
    found = kind or _amount_kind(values, low)
    inside = {"positive": low > 0, "nonnegative": low >= 0, "count": low >= 0 and _whole(values)}
    if not inside.get(found, True):
        raise ArgumentError(
            f"target {name!r}: the task was given as {found}, but the column runs from {low:g} to "
            f"{high:g}. Leave the task out, or give regression."
        )
    how = "whole numbers" if _whole(values) else "numbers"
    said = f"{name}: {len(values):,} {how} from {low:,.6g} to {high:,.6g}, read as {_WORDS[found]}"
    return Target(name, values, known, found, (), (said,))


def _amount_kind(values: np.ndarray, low: float) -> str:
    if _whole(values) and low in (0, 1):
        return "count"
    return "positive" if low > 0 else "nonnegative" if low == 0 else "regression"


def _whole(values: np.ndarray) -> bool:
    return bool((values % 1 == 0).all())


def _classes(
    column: pd.Series, known: np.ndarray, positive: str | None, kind: str | None
) -> Target:
    name = str(column.name)
    texts, names = _named(column[known])
    if len(names) == 1:
        raise ArgumentError(f"target {name!r}: every row is {names[0]!r}; there is one class only.")
    if len(names) > _MANY:
        raise ArgumentError(
            f"target {name!r}: {len(names):,} different values are too many for classes. "
            f"If they are amounts, choose a metric of amounts, such as mae."
        )
    found = "binary" if len(names) == 2 else "multiclass"
    if kind in CLASSES and kind != found:
        raise ArgumentError(f"target {name!r}: given as {kind}, but it has {len(names)} classes.")
    if positive is not None:
        names = _with_positive(name, names, positive, found)
    values = texts.map({each: place for place, each in enumerate(names)}).to_numpy(np.int64)
    counts = np.bincount(values, minlength=len(names))
    shares = ", ".join(
        f"{n} ({c / len(values):.1%})" for n, c in list(zip(names, counts, strict=True))[:6]
    )
    said = (
        f"{name}: {len(values):,} rows of {len(names)} classes: {shares}{', …' * (len(names) > 6)}"
    )
    if found == "binary":
        said += f"; {names[1]} is the one to find"
    return Target(name, values, known, found, tuple(names), (said,))


def _named(column: pd.Series) -> tuple[pd.Series, list[str]]:
    """Name the classes by text, in the order of their values."""
    if types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
        names = {value: f"{value:g}" for value in sorted(column.unique())}
        if len(set(names.values())) == len(names):
            return column.map(names), list(names.values())
    texts = column.astype(object).map(str)
    return texts, sorted(texts.unique())


def _with_positive(name: str, names: list[str], positive: str, kind: str) -> list[str]:
    if kind != "binary":
        raise ArgumentError(f"positive={positive!r} needs two classes; {name} has {len(names)}.")
    if positive not in names:
        hint = nearest(positive, names)
        raise NotFoundError(f"positive={positive!r}: {name} has no such class. {hint}")
    return sorted(names, key=lambda each: each == positive)


def _no_numbers(column: pd.Series, metric: Metric | None, kind: str | None) -> str:
    examples = ", ".join(map(repr, column.dropna().astype(str).unique()[:3]))
    asked = f"metric {metric.name} judges amounts" if metric and not kind else f"task {kind}"
    return (
        f"target {column.name!r}: {asked}, but this is text such as {examples}. "
        f"Choose a metric of classes: accuracy, log_loss, f1 or roc_auc."
    )
