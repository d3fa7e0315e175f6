"""XGBoost: its own objectives, and losses through `lossary.adapters.xgboost`."""

from functools import partial
from typing import Any

import xgboost

import lossary
from benchmarks.boosters.row import Row, amounts, classes
from lossary.adapters.xgboost import Classifier, Regressor

VERSION = xgboost.__version__


def settings(rounds: int, threads: int) -> dict[str, Any]:
    """Return rounds and threads as XGBoost calls them; all else is its default."""
    return {"n_estimators": rounds, "n_jobs": threads}


def _amounts(title: str, target: str, loss: Any, objective: str, **more: Any) -> Row:
    theirs = partial(xgboost.XGBRegressor, objective=objective, **more)
    return amounts(title, target, loss, Regressor, theirs)


def _classes(title: str, target: str, loss: Any) -> Row:
    return classes(title, target, loss, Classifier, xgboost.XGBClassifier)


ROWS = (
    _amounts("HalfSquaredError", "amount", lossary.HalfSquaredError(), "reg:squarederror"),
    # Its own bound of a step would make other trees.
    _amounts("PoissonNLL", "count", lossary.PoissonNLL(), "count:poisson", max_delta_step=0),
    _amounts("TweedieDeviance", "count", lossary.TweedieDeviance(), "reg:tweedie"),
    _amounts("AbsoluteError", "amount", lossary.AbsoluteError(), "reg:absoluteerror"),
    _amounts(
        "Quantile 0.9",
        "amount",
        lossary.Quantile(level=0.9),
        "reg:quantileerror",
        quantile_alpha=0.9,
    ),
    _classes("BinaryCrossEntropy", "two", lossary.BinaryCrossEntropy()),
    _classes("CrossEntropy of 5", "five", lossary.CrossEntropy()),
)
