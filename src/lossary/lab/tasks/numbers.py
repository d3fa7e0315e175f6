"""Columns read as numbers, also where they come as text or dates."""

import numpy as np
import pandas as pd
from pandas.api import types

_MOSTLY = 0.95  # a column is what 95 % of its entries are; the others count as missing


def numbers(column: pd.Series, mostly: float = _MOSTLY) -> tuple[pd.Series | None, str]:
    """Return the column as floats and what had to be said, or None where it is no number.

    Text is numbers where at least the share `mostly` of its entries are.
    """
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
    if not known.any() or lost > (1 - mostly) * known.sum():
        return None, ""
    read, said = _finite(read.astype(float))
    odd = f"{lost:,} entries that are no numbers count as missing" if lost else ""
    return read, "; ".join(filter(None, (odd, said)))


def days(column: pd.Series) -> pd.Series | None:
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
