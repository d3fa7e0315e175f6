"""A target read as levels that have an order: marks, grades, stages."""

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError, nearest
from lossary.lab.metrics.facts import ORDINAL
from lossary.lab.tasks.class_target import Target, shares
from lossary.lab.tasks.numbers import numbers

_FEWEST, _MOST = 3, 20


def is_ordered(column: pd.Series) -> bool:
    """Say whether a column declares an order of at least three levels that occur."""
    ordered = isinstance(column.dtype, pd.CategoricalDtype) and column.dtype.ordered
    return bool(ordered) and column.nunique() >= _FEWEST


def read_levels(column: pd.Series, declared: tuple[str, ...]) -> Target:
    """Read a column as levels: in the order declared, else of its dtype, else of its numbers.

    Raises:
        ArgumentError: text without an order, numbers that are not whole, too few or too many
            levels.
    """
    name, known = str(column.name), column.notna().to_numpy()
    texts, levels = _ordered(column, known, declared)
    if not _FEWEST <= len(levels) <= _MOST:
        raise ArgumentError(
            f"target {name!r}: {len(levels)} different levels; an ordinal target has {_FEWEST} to "
            f"{_MOST}. " + ("Give task=binary." if len(levels) < _FEWEST else "Give regression.")
        )
    values = texts.map({each: place for place, each in enumerate(levels)}).to_numpy(np.int64)
    said = (
        f"{name}: {len(values):,} rows of {len(levels)} levels in the order {' < '.join(levels)}; "
        f"{shares(values, levels)}"
    )
    return Target(name, values, known, ORDINAL, tuple(levels), (said,))


def _ordered(
    column: pd.Series, known: np.ndarray, declared: tuple[str, ...]
) -> tuple[pd.Series, list[str]]:
    if declared:
        return _as_declared(column[known], declared)
    if isinstance(column.dtype, pd.CategoricalDtype) and column.dtype.ordered:
        kept = column[known].cat.remove_unused_categories()
        return kept.astype(object).map(str), [str(each) for each in kept.cat.categories]
    read, _ = numbers(column)
    if read is None:
        seen = sorted(column[known].astype(str).unique())[:4]
        raise ArgumentError(
            f"target {column.name!r}: which of {', '.join(map(repr, seen))} is the least? Say it "
            f"as task='ordinal: {' < '.join(seen)}', or hand over an ordered pandas.Categorical."
        )
    values = read[known]
    if (values % 1 != 0).any():
        raise ArgumentError(
            f"target {column.name!r}: levels are whole numbers, but there is "
            f"{values[values % 1 != 0].iloc[0]:g}. Give task=regression, or round them."
        )
    found = sorted(values.unique())
    return values.map(lambda each: f"{each:g}"), [f"{each:g}" for each in found]


def _as_declared(column: pd.Series, declared: tuple[str, ...]) -> tuple[pd.Series, list[str]]:
    read, _ = numbers(column)
    texts = column.astype(object).map(str) if read is None else read.map(lambda e: f"{e:g}")
    texts = texts.str.strip()
    strange = [each for each in texts.unique() if each not in declared]
    if strange:
        raise ArgumentError(
            f"target {column.name!r}: {strange[0]!r} is not among the levels declared. "
            f"{nearest(strange[0], declared)}"
        )
    return texts, [each for each in declared if (texts == each).any()]
