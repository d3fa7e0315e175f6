"""The kind of target that was asked for: read, and held against all else that was asked for."""

import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.facts import AMOUNTS, CLASSES, KINDS, MULTILABEL, ORDINAL, SURVIVAL, Metric
from lossary.lab.metrics.named import judges


def split_kind(kind: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Take the levels off a kind that names them."""
    if kind is None:
        return None, ()
    word, _, levels = (each.strip() for each in kind.partition(":"))
    if word not in (*KINDS, "classification"):
        hint = nearest(word, (*KINDS, "classification"))
        raise NotFoundError(f"task {kind!r}: there is none of that name. {hint}")
    if levels and word != ORDINAL:
        raise ArgumentError(f"task {kind!r}: only an ordinal target has an order of its levels.")
    return word, tuple(each.strip() for each in levels.split("<")) if levels else ()


def agree(
    columns: pd.DataFrame,
    metric: Metric | None,
    kind: str | None,
    event: pd.Series | None,
    amounts: bool,
) -> None:
    """Refuse what contradicts itself: the kind, the metric, the columns, the event, an exposure."""
    _events(columns, metric, kind, event)
    _columns(columns, metric, kind)
    if amounts and (event is not None or columns.shape[1] > 1 or kind not in (None, *AMOUNTS)):
        raise ArgumentError(
            f"target {columns.columns[0]!r}: an exposure divides amounts and counts, but this is "
            f"{'survival' if event is not None else kind or 'several labels'}. Leave exposure= out."
        )
    if metric and kind and not any(judges(metric, each) for each in family_of(kind)):
        raise ArgumentError(
            f"metric {metric.name} judges {' and '.join(metric.kinds)} targets, "
            f"but the task was given as {kind}. Leave one of the two out."
        )


def _events(
    columns: pd.DataFrame, metric: Metric | None, kind: str | None, event: pd.Series | None
) -> None:
    if event is not None and (columns.shape[1] > 1 or kind not in (None, SURVIVAL)):
        raise ArgumentError(
            f"event {event.name!r}: makes a survival target of one column of times, but the task "
            f"was given as {kind or 'several columns'}. Leave one of the two out."
        )
    if event is None and (kind == SURVIVAL or (metric and metric.kinds == (SURVIVAL,))):
        asks = f"task {kind}" if kind == SURVIVAL else f"metric {metric.name}"  # type: ignore[union-attr]
        raise ArgumentError(
            f"{asks}: needs a column that says whether the time in {columns.columns[0]!r} ended "
            f"with its event (1) or was cut off before (0): name it as event (--event, event=)"
        )


def _columns(columns: pd.DataFrame, metric: Metric | None, kind: str | None) -> None:
    several, word = columns.shape[1] > 1, f"target {columns.columns[0]!r}"
    if several and kind not in (None, MULTILABEL):
        raise ArgumentError(f"{word}: several columns are labels, but the task is {kind}.")
    if metric and not several and kind is None and metric.kinds == (MULTILABEL,):
        raise ArgumentError(
            f"metric {metric.name} judges several labels, but {word} is one column. Name all of "
            f"them, as in target='a,b,c'."
        )


def family_of(kind: str) -> tuple[str, ...]:
    """Return the kinds of which one is a detail of another: those of amounts, those of classes."""
    if kind in AMOUNTS:
        return AMOUNTS
    return CLASSES if kind in (*CLASSES, "classification") else (kind,)
