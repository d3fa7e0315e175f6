"""What people write where they know nothing: marks that mean a gap, not a value."""

import pandas as pd
from pandas.api import types

_MARKS = frozenset({"", "?", "-", ".", "n/a", "na", "#n/a", "nan", "null", "nil"})


def without_marks(column: pd.Series) -> tuple[pd.Series, str]:
    """Return a column of texts with gaps in place of marks, and what had to be said."""
    if not (types.is_object_dtype(column) or types.is_string_dtype(column)):
        return column, ""
    marked = column.map(lambda each: isinstance(each, str) and each.strip().lower() in _MARKS)
    marked = marked.astype(bool)
    if not marked.any():
        return column, ""
    shown = ", ".join(repr(each) for each in column[marked].unique()[:3])
    return column.mask(marked), f"{marked.sum():,} entries {shown} are read as gaps"
