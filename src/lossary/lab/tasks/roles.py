"""Columns that a user named for more than a feature: weight, exposure, groups, order, event."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.tasks.numbers import days, numbers
from lossary.records import ColumnRecord


@dataclass(frozen=True, eq=False)
class Roles:
    """What the named columns hold, a number for each row, or None where none was named."""

    weight: np.ndarray | None = None
    exposure: np.ndarray | None = None
    groups: np.ndarray | None = None
    order: np.ndarray | None = None
    remarks: tuple[str, ...] = ()


def check_names(
    frame: pd.DataFrame, target: Iterable[str], named: dict[str, str], dropped: Iterable[str]
) -> None:
    """Refuse names of columns that are not there, and columns with two roles.

    Raises:
        NotFoundError: there is no such column; the nearest are told.
        ArgumentError: a column is the target and something else, or two things.
    """
    taken = dict.fromkeys(target, "target")
    for role, name in (*named.items(), *(("drop", each) for each in dropped)):
        if name not in frame.columns:
            hint = nearest(str(name), map(str, frame.columns))
            raise NotFoundError(f"{role} {name!r}: the table has no such column. {hint}")
        if name in taken:
            raise ArgumentError(
                f"{role} {name!r}: is named as {taken[name]} too; a column has one role."
            )
        taken[name] = role


def read_roles(frame: pd.DataFrame, named: dict[str, str]) -> Roles:
    """Read the named columns of the rows that are used.

    Raises:
        ArgumentError: a row lacks one, or it cannot be what it is named for.
    """
    for role, name in named.items():
        if role != "event" and frame[name].isna().any():
            raise ArgumentError(
                f"{role} {name!r}: {int(frame[name].isna().sum()):,} rows have none; fill the gaps "
                f"or leave these rows out."
            )
    found = {role: _READERS[role](frame[name]) for role, name in named.items() if role in _READERS}
    said = tuple(_SAID[role].format(name=named[role], n=len(np.unique(values)))
                 for role, values in found.items())  # fmt: skip
    return Roles(**found, remarks=said)


def records(named: dict[str, str], dropped: Iterable[str]) -> list[ColumnRecord]:
    """Return what is recorded of the named columns and of those that a user left out."""
    return [ColumnRecord(name, role, "as named") for role, name in named.items()] + [
        ColumnRecord(name, "left out", "as asked") for name in dropped
    ]


def _weight(column: pd.Series) -> np.ndarray:
    values = _numbers(column, "weight")
    if (values < 0).any():
        raise ArgumentError(
            f"weight {column.name!r}: {int((values < 0).sum()):,} rows have a weight below zero, "
            f"first {values[values < 0][0]:g}; a weight says how much a row counts, 0 for not."
        )
    if not values.any():
        raise ArgumentError(f"weight {column.name!r}: every weight is 0; no row would count.")
    return values


def _exposure(column: pd.Series) -> np.ndarray:
    values = _numbers(column, "exposure")
    if (values <= 0).any():
        raise ArgumentError(
            f"exposure {column.name!r}: {int((values <= 0).sum()):,} rows have an exposure of zero "
            f"or less, first {values[values <= 0][0]:g}; the target is divided by it. "
            f"Leave these rows out."
        )
    return values


def _order(column: pd.Series) -> np.ndarray:
    since = days(column)
    return _numbers(column, "order") if since is None else since.to_numpy(float)


def _groups(column: pd.Series) -> np.ndarray:
    return pd.factorize(column)[0]


def _numbers(column: pd.Series, role: str) -> np.ndarray:
    read, _ = numbers(column)
    if read is None or read.isna().any():
        odd = column if read is None else column[read.isna()]
        kinds = "numbers or dates such as 2024-01-31" if role == "order" else "numbers"
        raise ArgumentError(
            f"{role} {column.name!r}: expected {kinds}, but there is {str(odd.iloc[0])!r}."
        )
    return read.to_numpy(float)


_READERS = {"weight": _weight, "exposure": _exposure, "groups": _groups, "order": _order}
_SAID = {
    "weight": "rows count by {name}",
    "exposure": "the target is divided by {name}, and rows count by it",
    "groups": "rows of one {name} are never parted; there are {n:,}",
    "order": "training is always on what came before, by {name}, of which there are {n:,} values",
}
