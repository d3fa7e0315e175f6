"""LightGBM: its own objectives, and losses through `lossary.adapters.lightgbm`."""

from typing import Any

import lightgbm
import numpy as np

import lossary
from benchmarks.boosters.row import Array, Row
from lossary.adapters.lightgbm import Classifier, Regressor

VERSION = lightgbm.__version__


def settings(rounds: int, threads: int) -> dict[str, Any]:
    """Return rounds and threads as LightGBM calls them; all else is its default."""
    return {"n_estimators": rounds, "n_jobs": threads, "verbosity": -1}


def _amounts(title: str, target: str, loss: Any, objective: str, **more: Any) -> Row:
    through_log = loss.domains[0][0].name == "log_amount"

    def judge(target: Array, model: Any, features: Array) -> float:
        found = model.predict(features)
        return float(loss(np.log(found) if through_log else found, target))

    return Row(
        title,
        target,
        lambda told: Regressor(loss, **told),
        lambda told: lightgbm.LGBMRegressor(objective=objective, **more, **told),
        judge,
    )


def _classes(title: str, target: str, objective: str, loss: Any) -> Row:
    def judge(target: Array, model: Any, features: Array) -> float:
        chance = model.predict_proba(features)
        return float(-np.log(chance[np.arange(len(target)), target]).mean())

    return Row(
        title,
        target,
        lambda told: Classifier(loss, **told),
        lambda told: lightgbm.LGBMClassifier(objective=objective, **told),
        judge,
    )


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
