"""What each column of a table is good for: a number, a category, or nothing, and why."""

import re

import numpy as np
import pandas as pd
from pandas.api import types

from lossary.records import ColumnRecord

_MOSTLY = 0.95  # a column is what 95 % of its entries are; the others count as missing
_FREE_TEXT = 0.5  # text of which more than half is different names rows, not kinds of rows
_FEW = 50
_ID = re.compile(r"(^|[ _.-])(id|uuid|guid|key|index)$|[a-z]I[Dd]$|^pid$", re.IGNORECASE)


def numbers(column: pd.Series) -> tuple[pd.Series | None, str]:
    """Return the column as floats and what had to be said, or None where it is no number."""
    if types.is_bool_dtype(column) or types.is_complex_dtype(column):
        return None, ""
    if types.is_numeric_dtype(column):
        read = pd.Series(column.to_numpy(float, na_value=np.nan), index=column.index)
        return _finite(read)
    if types.is_datetime64_any_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return None, ""
    known = column.notna()
    read = pd.to_numeric(column.astype(str).str.strip().where(known), errors="coerce")
    lost = int(known.sum() - read.notna().sum())
    if not known.any() or lost > (1 - _MOSTLY) * known.sum():
        return None, ""
    read, said = _finite(read.astype(float))
    odd = f"{lost:,} entries that are no numbers count as missing" if lost else ""
    return read, "; ".join(filter(None, (odd, said)))


def sort_columns(frame: pd.DataFrame, target: pd.Series) -> tuple[pd.DataFrame, list[ColumnRecord]]:
    """Return the features as floats and texts, and the role of each column."""
    kept: dict[str, pd.Series] = {}
    roles = []
    for name in frame.columns:
        values, role = _sorted(frame[name], target)
        roles.append(role)
        if values is not None:
            kept[name] = values
    return pd.DataFrame(kept, index=frame.index), roles


def _sorted(column: pd.Series, target: pd.Series) -> tuple[pd.Series | None, ColumnRecord]:
    name = str(column.name)
    useless = _useless(column, target)
    if useless:
        return None, ColumnRecord(name, "left out", useless)
    if types.is_bool_dtype(column):
        return pd.Series(column.to_numpy(float, na_value=np.nan), index=column.index), ColumnRecord(
            name, "number", "yes and no as 1 and 0"
        )
    days = _days(column)
    if days is not None:
        return days, ColumnRecord(name, "number", "a date, as days since the first one")
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


def _useless(column: pd.Series, target: pd.Series) -> str:
    text = column.map(str, na_action="ignore")  # also for entries that cannot be hashed
    if not text.notna().any():
        return "is empty"
    if text.notna().all() and text.nunique() == 1:
        return "is the same in every row"
    if text.equals(target.map(str, na_action="ignore").rename(column.name)):
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


def _days(column: pd.Series) -> pd.Series | None:
    """Return dates, or text that is ISO dates, as days since the first one."""
    if not types.is_datetime64_any_dtype(column):
        known = column.dropna()
        if not (types.is_object_dtype(column) or types.is_string_dtype(column)):
            return None
        if not known.astype(str).str.match(r"\s*\d{4}-\d\d-\d\d").all():
            return None
        column = pd.to_datetime(column.astype(str).where(column.notna()), format="ISO8601",
                                errors="coerce", utc=True)  # fmt: skip
    return (column - column.min()) / pd.Timedelta(days=1)


def _finite(column: pd.Series) -> tuple[pd.Series, str]:
    infinite = np.isinf(column.to_numpy())
    if not infinite.any():
        return column, ""
    return column.mask(infinite), f"{infinite.sum():,} infinite entries count as missing"
