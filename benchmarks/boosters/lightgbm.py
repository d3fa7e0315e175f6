"""LightGBM: its own objectives, and losses through `lossary.adapters.lightgbm`."""

from functools import partial
from typing import Any

import lightgbm

import lossary
from benchmarks.boosters.row import Row, amounts, classes
from lossary.adapters.lightgbm import Classifier, Regressor

VERSION = lightgbm.__version__


def settings(rounds: int, threads: int) -> dict[str, Any]:
    """Return rounds and threads as LightGBM calls them; all else is its default."""
    return {"n_estimators": rounds, "n_jobs": threads, "verbosity": -1}


def _amounts(title: str, target: str, loss: Any, objective: str, **more: Any) -> Row:
    theirs = partial(lightgbm.LGBMRegressor, objective=objective, **more)
    return amounts(title, target, loss, Regressor, theirs)


def _classes(title: str, target: str, objective: str, loss: Any) -> Row:
    theirs = partial(lightgbm.LGBMClassifier, objective=objective)
    return classes(title, target, loss, Classifier, theirs)


ROWS = (
    _amounts("HalfSquaredError", "amount", lossary.HalfSquaredError(), "regression"),
    _amounts("SquaredError", "amount", lossary.SquaredError(), "regression"),
    _amounts("Huber", "amount", lossary.Huber(), "huber", alpha=1.0),
    _amounts("PoissonNLL", "count", lossary.PoissonNLL(), "poisson"),
    _amounts("TweedieDeviance", "count", lossary.TweedieDeviance(), "tweedie"),
    _amounts("AbsoluteError", "amount", lossary.AbsoluteError(), "regression_l1"),
    _amounts("Quantile 0.9", "amount", lossary.Quantile(level=0.9), "quantile", alpha=0.9),
    _classes("BinaryCrossEntropy", "two", "binary", lossary.BinaryCrossEntropy()),
    _classes("CrossEntropy of 5", "five", "multiclass", lossary.CrossEntropy()),
)
