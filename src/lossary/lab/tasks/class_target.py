"""A target read as classes: their names, their order, and which of two is to be found."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.facts import CLASSES

_MANY = 50  # more different values than this are no classes
_SAID = 6
_YES = ("yes", "y", "true", "t", "1", "1.0", "positive", "pos", "ja", "oui", "si")


@dataclass(frozen=True, eq=False)
class Target:
    """The target's values where they are known: floats, or class numbers with their names."""

    name: str
    values: np.ndarray
    known: np.ndarray
    kind: str
    classes: tuple[str, ...]
    remarks: tuple[str, ...]


def read_classes(
    column: pd.Series, known: np.ndarray, positive: str | None, kind: str | None
) -> Target:
    """Read the known entries of a column as classes.

    Raises:
        ArgumentError: one class only, or too many of them.
        NotFoundError: no class is called `positive`.
    """
    name = str(column.name)
    texts, names = _named(column[known])
    if len(names) == 1:
        raise ArgumentError(f"target {name!r}: every row is {names[0]!r}; there is one class only.")
    if len(names) > _MANY:
        raise ArgumentError(
            f"target {name!r}: {len(names):,} different values are too many for classes. "
            f"If they are amounts, choose a metric of amounts, such as mae; if they are shares, "
            f"share_log_loss."
        )
    found = "binary" if len(names) == 2 else "multiclass"
    if kind in CLASSES and kind != found:
        raise ArgumentError(f"target {name!r}: given as {kind}, but it has {len(names)} classes.")
    if positive is not None:
        names = _with_positive(name, names, positive, found)
    elif found == "binary" and _words(column, names):
        names = sorted(names, key=lambda each: -int((texts == each).sum()))
    values = texts.map({each: place for place, each in enumerate(names)}).to_numpy(np.int64)
    said = f"{name}: {len(values):,} rows of {len(names)} classes, {shares(values, names)}"
    if found == "binary":
        said += f"; {names[1]} is the one to find (--positive says otherwise)"
    return Target(name, values, known, found, tuple(names), (said,))


def shares(values: np.ndarray, names: list[str]) -> str:
    """Say how common each class is."""
    counts = np.bincount(values, minlength=len(names))
    said = [f"{n} ({c / len(values):.1%})" for n, c in zip(names, counts, strict=True)]
    return ", ".join(said[:_SAID]) + (", …" if len(said) > _SAID else "")


def _named(column: pd.Series) -> tuple[pd.Series, list[str]]:
    """Name the classes by text, in the order of their values."""
    if types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
        names = {value: f"{value:g}" for value in sorted(column.unique())}
        if len(set(names.values())) == len(names):
            return column.map(names), list(names.values())
    texts = column.astype(object).map(str)
    return texts, sorted(texts.unique())


def _words(column: pd.Series, names: list[str]) -> bool:
    """Say whether two classes are words of which neither says yes: the rarer is looked for then."""
    bare = types.is_numeric_dtype(column) or types.is_bool_dtype(column)
    return not bare and names[1].strip().lower() not in _YES


def _with_positive(name: str, names: list[str], positive: str, kind: str) -> list[str]:
    if kind != "binary":
        raise ArgumentError(f"positive={positive!r} needs two classes; {name} has {len(names)}.")
    if positive not in names:
        hint = nearest(positive, names)
        raise NotFoundError(f"positive={positive!r}: {name} has no such class. {hint}")
    return sorted(names, key=lambda each: each == positive)
