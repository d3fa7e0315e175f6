"""From numbers and texts with gaps to what trees eat: gaps stay, texts become codes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.preprocessing import OrdinalEncoder

_KINDS = 250  # LightGBM puts at most 255 kinds of a column into bins


@dataclass(frozen=True)
class Leafy:
    """Features as trees eat them: float64 of shape (n, d), gaps as NaN.

    The last `categories` columns are codes of kinds, not amounts.
    """

    values: np.ndarray
    categories: int

    @property
    def coded(self) -> list[int]:
        """The places of the columns that are codes."""
        width = self.values.shape[1]
        return list(range(width - self.categories, width))


def tree_preparation() -> ColumnTransformer:
    """Return what is to be fitted on training rows: numbers as they are, then texts as codes.

    Rare kinds share one code where there are very many; one that training never saw is a gap.
    """
    category = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        max_categories=_KINDS,
    )
    return ColumnTransformer(
        [
            ("number", "passthrough", make_column_selector(dtype_include=np.number)),
            ("category", category, make_column_selector(dtype_exclude=np.number)),
        ]
    )


def leafy(fitted: ColumnTransformer, features: pd.DataFrame) -> Leafy:
    """Return features as trees eat them."""
    values: Any = np.ascontiguousarray(fitted.transform(features), dtype=np.float64)
    return Leafy(values, len(fitted.transformers_[1][2]))
