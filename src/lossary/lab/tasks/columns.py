"""What each column of a table is good for: a number, a category, or nothing, and why."""

import re

import numpy as np
import pandas as pd
from pandas.api import types

from lossary.lab.tasks.numbers import days, numbers
from lossary.records import ColumnRecord

_FREE_TEXT = 0.5  # text of which more than half is different names rows, not kinds of rows
_FEW = 50
_ID = re.compile(r"(^|[ _.-])(id|uuid|guid|key|index)$|[a-z]I[Dd]$|^pid$", re.IGNORECASE)


def sort_columns(
    frame: pd.DataFrame, target: pd.Series | pd.DataFrame
) -> tuple[pd.DataFrame, list[ColumnRecord]]:
    """Return the features as floats and texts, and the role of each column."""
    kept: dict[str, pd.Series] = {}
    roles = []
    target = pd.DataFrame(target)
    targets = [target[name].map(str, na_action="ignore") for name in target.columns]
    for name in frame.columns:
        values, role = _sorted(frame[name], targets)
        roles.append(role)
        if values is not None:
            kept[name] = values
    return pd.DataFrame(kept, index=frame.index), roles


def _sorted(column: pd.Series, targets: list[pd.Series]) -> tuple[pd.Series | None, ColumnRecord]:
    name = str(column.name)
    useless = _useless(column, targets)
    if useless:
        return None, ColumnRecord(name, "left out", useless)
    if types.is_bool_dtype(column):
        return pd.Series(column.to_numpy(float, na_value=np.nan), index=column.index), ColumnRecord(
            name, "number", "yes and no as 1 and 0"
        )
    since = days(column)
    if since is not None:
        return since, ColumnRecord(name, "number", "a date, as days since the first one")
    read, said = numbers(column)
    if read is not None:
        naming = _naming(column, read)
        return (None, ColumnRecord(name, "left out", naming)) if naming else (
            read, ColumnRecord(name, "number", said)
        )  # fmt: skip
    text = column.astype(object).map(str, na_action="ignore")
    different = text.nunique()
    if different > max(_FEW, _FREE_TEXT * text.notna().sum()):
        return None, ColumnRecord(name, "left out", f"{different:,} different texts: names rows")
    gaps = ", and a gap" if text.isna().any() else ""
    return text.where(text.notna(), "(missing)"), ColumnRecord(
        name, "category", f"{different} kinds{gaps}"
    )


def _useless(column: pd.Series, targets: list[pd.Series]) -> str:
    text = column.map(str, na_action="ignore")  # also for entries that cannot be hashed
    if not text.notna().any():
        return "is empty"
    if text.notna().all() and text.nunique() == 1:
        return "is the same in every row"
    if any(text.equals(each.rename(column.name)) for each in targets):
        return "is the target again"
    return ""


def _naming(column: pd.Series, values: pd.Series) -> str:
    """Say why whole numbers only name the rows, if they do."""
    plain = values.to_numpy()
    if len(plain) < 3 or not np.isfinite(plain).all() or (plain % 1).any():
        return ""
    if (np.diff(plain) == 1).all():
        return "numbers the rows"
    if values.is_unique and _ID.search(str(column.name)):
        return "names the rows"
    return ""
