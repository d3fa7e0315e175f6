"""From numbers and texts with gaps to what a network can eat; fitted on training rows only."""

import numpy as np
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    RobustScaler,
    StandardScaler,
)

_FAR = 3.0  # in interquartile ranges: from here on an extreme value is bent back
_RARE = 0.01
_KINDS = 30


def preparation() -> Pipeline:
    """Return a pipeline to be fitted inside a fold: frame in, float32 matrix out.

    Numbers: gaps filled by the median and marked, scaled by their quartiles, extremes bent back
    smoothly so that one wild value cannot rule a network. Texts: one column per kind; kinds rarer
    than 1 % share one, and so do those that training never saw.
    """
    number = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        RobustScaler(),
        FunctionTransformer(_bend),
        StandardScaler(),
    )
    category = OneHotEncoder(
        min_frequency=_RARE,
        max_categories=_KINDS,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
    )
    columns = ColumnTransformer(
        [
            ("number", number, make_column_selector(dtype_include=np.number)),
            ("category", category, make_column_selector(dtype_exclude=np.number)),
        ]
    )
    return make_pipeline(columns, FunctionTransformer(_single))


def _bend(values: np.ndarray) -> np.ndarray:
    return values / np.sqrt(1 + np.square(values / _FAR))


def _single(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, dtype=np.float32)
