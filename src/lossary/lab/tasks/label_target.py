"""A target read as labels: a column for each, 1 where a row bears it."""

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError
from lossary.lab.metrics.facts import MULTILABEL
from lossary.lab.tasks.class_target import Target
from lossary.lab.tasks.truths import truths

_SAID = 6


def read_labels(columns: pd.DataFrame) -> Target:
    """Read columns of 0 and 1 as labels; rows without one of them are not known.

    Raises:
        ArgumentError: a column holds something else, or the same in every row.
    """
    if columns.shape[1] < 2:
        raise ArgumentError(
            f"target {columns.columns[0]!r}: several labels are several columns of 0 and 1; "
            f"name all of them, as in target='a,b,c'."
        )
    values = np.stack([_read(columns[name]) for name in columns.columns], axis=1)
    known = ~np.isnan(values).any(axis=1)
    held = values[known].astype(np.int64)
    for name, label in zip(columns.columns, held.T, strict=True):
        if not len(label) or label.min() == label.max():
            raise ArgumentError(
                f"label {name!r}: every row is {label[0] if len(label) else 'missing'}; there is "
                f"nothing to predict. Leave it out of the target."
            )
    names = tuple(map(str, columns.columns))
    said = ", ".join(f"{n} ({s:.1%})" for n, s in zip(names, held.mean(axis=0), strict=True))
    return Target(
        ", ".join(names), held, known, MULTILABEL, names,
        (f"{len(held):,} rows of {len(names)} labels: {said}",),
    )  # fmt: skip


def _read(column: pd.Series) -> np.ndarray:
    read = truths(column)
    if read is None:
        seen = ", ".join(map(repr, column.dropna().unique()[:4].tolist()))
        raise ArgumentError(
            f"label {column.name!r}: expected 1 and 0, yes and no, or true and false, but there "
            f"is {seen}. A study predicts several labels at once, but not several amounts."
        )
    return read
