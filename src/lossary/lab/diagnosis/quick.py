"""Quick models, good enough to see by what they leave over: boosted trees of scikit-learn."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.preprocessing import OrdinalEncoder

Folds = Sequence[tuple[np.ndarray, np.ndarray]]
"""For each fold, the rows to learn from and the rows to look at."""

_FEWEST, _MOST = 20, 80  # rounds
_ROWS_PER_ROUND = 40  # fewer rows are learnt by heart the sooner
_KINDS = 200  # of texts in a column; HistGradientBoosting takes 255
_SMALL = 1000  # rows, below which trees are kept smaller


def matrix(features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return features as floats within -1 and 1, texts as numbers of their kinds; which are texts.

    Trees do not mind how large numbers are, but squares of them may overflow.
    """
    texts = np.array([not pd.api.types.is_numeric_dtype(each) for each in features.dtypes])
    values = np.empty(features.shape)
    plain = features.loc[:, ~texts].to_numpy(float)
    values[:, ~texts] = plain / np.maximum(np.abs(np.nan_to_num(plain)).max(axis=0), 1e-300)
    if texts.any():
        values[:, texts] = OrdinalEncoder(max_categories=_KINDS).fit_transform(
            features.loc[:, texts].astype(str)
        )
    return values, texts


def regressor(loss: str, rows: int, texts: np.ndarray) -> Any:
    """Return trees for amounts that learn by "squared_error", "absolute_error" or "poisson"."""
    return HistGradientBoostingRegressor(loss=loss, max_iter=_rounds(rows), **_trees(rows, texts))


def classifier(rows: int, k: int, texts: np.ndarray) -> Any:
    """Return trees for k classes; the more classes, the fewer rounds, as each takes a tree."""
    rounds = max(_FEWEST, _rounds(rows) if k == 2 else 2 * _rounds(rows) // k)
    return HistGradientBoostingClassifier(max_iter=rounds, **_trees(rows, texts))


def _rounds(rows: int) -> int:
    return min(max(rows // _ROWS_PER_ROUND, _FEWEST), _MOST)


def _trees(rows: int, texts: np.ndarray) -> dict[str, Any]:
    return {
        "learning_rate": 0.1 if rows >= _SMALL else 0.15,
        "max_leaf_nodes": 15 if rows >= _SMALL else 6,
        "min_samples_leaf": max(2, min(20, rows // 20)),
        "categorical_features": texts if texts.any() else None,
        "early_stopping": False,
        "random_state": 0,
    }


def out_of_fold(
    learn: Callable[[np.ndarray], Any],
    answer: Callable[[Any, np.ndarray], np.ndarray],
    folds: Folds,
    shape: tuple[int, ...],
) -> np.ndarray:
    """Return what models that did not see a row say of it; NaN where no fold looks at it."""
    found = np.full(shape, np.nan)
    for rows, looked_at in folds:
        found[looked_at] = answer(learn(rows), looked_at)
    return found
