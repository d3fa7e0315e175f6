"""Columns read as yes and no: 1 and 0, true and false, or the words."""

import numpy as np
import pandas as pd

_WORDS = {"yes": 1.0, "y": 1.0, "true": 1.0, "t": 1.0, "1": 1.0, "1.0": 1.0,
          "no": 0.0, "n": 0.0, "false": 0.0, "f": 0.0, "0": 0.0, "0.0": 0.0}  # fmt: skip


def truths(column: pd.Series) -> np.ndarray | None:
    """Return 1 for yes, 0 for no, NaN for nothing; None where an entry is none of these."""
    words = column.astype(object).map(lambda each: str(each).strip().lower(), na_action="ignore")
    read = words.map(_WORDS, na_action="ignore").to_numpy(float, na_value=np.nan)
    return None if (np.isnan(read) & column.notna().to_numpy()).any() else read
