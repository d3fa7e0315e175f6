"""What a target holds: amounts, classes, levels, labels or times; detected, said, open to veto."""

from dataclasses import replace

import pandas as pd

from lossary.errors import ArgumentError
from lossary.lab.metrics.facts import AMOUNTS, CLASSES, MULTILABEL, ORDINAL, Metric
from lossary.lab.metrics.named import judges
from lossary.lab.tasks.amount_target import read_amounts
from lossary.lab.tasks.asked_kind import agree, family_of, split_kind
from lossary.lab.tasks.class_target import Target, read_classes
from lossary.lab.tasks.gaps import without_marks
from lossary.lab.tasks.label_target import read_labels
from lossary.lab.tasks.level_target import is_ordered, read_levels
from lossary.lab.tasks.numbers import numbers
from lossary.lab.tasks.survival_target import read_survival

_FEW = 20  # whole numbers of so few different values may be classes ...
_COMMON = 0.03  # ... if each of them is common; a count has a thin tail
_STRAY = 5  # a text among numbers that is rarer is no class: no folds could be made of it
_MOSTLY = 0.9  # of a target that is numbers; few tables are large enough for a stricter share


def read_target(
    columns: pd.DataFrame,
    metric: Metric | None = None,
    kind: str | None = None,
    positive: str | None = None,
    event: pd.Series | None = None,
    *,
    amounts: bool = False,
) -> Target:
    """Read a target as `kind` says, else as the metric needs it, else as it looks.

    `event` makes times of it; `amounts` says that it can be nothing else. The kind of an ordinal
    target may name its levels, as `ordinal: low < middle < high`.

    Raises:
        ArgumentError: it is constant or empty, or does not fit the kind or the metric.
        NotFoundError: there is no such kind or no such positive class.
    """
    kind, levels = split_kind(kind)
    agree(columns, metric, kind, event, amounts)
    for name in columns.columns:
        if not columns[name].notna().any():
            raise ArgumentError(f"target {name!r}: every row is missing; nothing can be learnt.")
    if event is not None:
        found, said = read_survival(columns.iloc[:, 0], event), ""
    elif columns.shape[1] > 1 or kind == MULTILABEL:
        found, said = read_labels(columns), ""
    else:
        found, said = _single(columns.iloc[:, 0], metric, kind, positive, levels, amounts)
    lost = len(found.known) - int(found.known.sum())
    gaps = f"{lost:,} rows without {found.name} are left out" if lost else ""
    return replace(found, remarks=(*found.remarks, *filter(None, (said, gaps))))


def _single(
    column: pd.Series,
    metric: Metric | None,
    kind: str | None,
    positive: str | None,
    levels: tuple[str, ...],
    amounts: bool,
) -> tuple[Target, str]:
    column, marked = without_marks(column)
    read, said = numbers(column, _MOSTLY)
    family = _detected(column, read, metric, amounts) if kind is None else family_of(kind)
    if not column.notna().any():
        raise ArgumentError(f"target {column.name!r}: every row is missing; nothing can be learnt.")
    if family == (ORDINAL,):
        return read_levels(column, levels), marked
    if family is CLASSES:
        found, also = _classes(column, read, positive, kind)
        return found, "; ".join(filter(None, (marked, also)))
    if read is None:
        raise ArgumentError(_no_numbers(column, metric, kind))
    known = read.notna().to_numpy()
    found = read_amounts(str(column.name), read.to_numpy()[known], known, kind)
    return found, "; ".join(filter(None, (marked, said)))


def _classes(
    column: pd.Series, read: pd.Series | None, positive: str | None, kind: str | None
) -> tuple[Target, str]:
    kept, stray = _without_strays(column, read)
    found = read_classes(kept, kept.notna().to_numpy(), positive, kind)
    if found.kind == "binary" or read is None or kind is not None:
        return found, stray
    hint = "if the order of its numbers means something, give task=ordinal"
    return found, "; ".join(filter(None, (stray, hint)))


def _detected(
    column: pd.Series, read: pd.Series | None, metric: Metric | None, amounts: bool
) -> tuple[str, ...]:
    if amounts:
        return AMOUNTS
    if is_ordered(column) and (metric is None or judges(metric, ORDINAL)):
        return (ORDINAL,)
    if metric is None:
        return AMOUNTS if read is not None and not _like_classes(read) else CLASSES
    for family in (AMOUNTS, CLASSES):
        if set(metric.kinds) & set(family):
            return family
    return (ORDINAL,)


def _without_strays(column: pd.Series, read: pd.Series | None) -> tuple[pd.Series, str]:
    """Leave out texts among numbers that are too rare for a class."""
    if read is None:
        return column, ""
    odd = column.notna() & read.isna()
    counts = column[odd].value_counts()
    if not len(counts) or counts.max() >= _STRAY:
        return column, ""
    shown = ", ".join(repr(each) for each in counts.index[:3])
    return read, f"{odd.sum():,} entries that are no numbers, such as {shown}, count as missing"


def _like_classes(values: pd.Series) -> bool:
    known = values.dropna()
    counts = known.value_counts()
    if len(counts) <= 2:
        return len(counts) == 2
    whole = bool((known % 1 == 0).all())
    common = counts.min() >= max(_COMMON * len(known), 2)  # what never comes again is no class
    return whole and len(counts) <= _FEW and common


def _no_numbers(column: pd.Series, metric: Metric | None, kind: str | None) -> str:
    examples = ", ".join(map(repr, column.dropna().astype(str).unique()[:3]))
    asked = f"metric {metric.name} judges amounts" if metric and not kind else f"task {kind}"
    return (
        f"target {column.name!r}: {asked}, but this is text such as {examples}. "
        f"Choose a metric of classes: accuracy, log_loss, f1 or roc_auc."
    )
