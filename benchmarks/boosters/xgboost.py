"""XGBoost: its own objectives, and losses through `lossary.adapters.xgboost`."""

from typing import Any

import numpy as np
import xgboost

import lossary
from benchmarks.boosters.row import Array, Row
from lossary.adapters.xgboost import Classifier, Regressor

VERSION = xgboost.__version__


def settings(rounds: int, threads: int) -> dict[str, Any]:
    """Return rounds and threads as XGBoost calls them; all else is its default."""
    return {"n_estimators": rounds, "n_jobs": threads}


def _amounts(title: str, target: str, loss: Any, objective: str, **more: Any) -> Row:
    through_log = loss.domains[0][0].name == "log_amount"

    def judge(target: Array, model: Any, features: Array) -> float:
        found = model.predict(features)
        return float(loss(np.log(found) if through_log else found, target))

    return Row(
        title,
        target,
        lambda told: Regressor(loss, **told),
        lambda told: xgboost.XGBRegressor(objective=objective, **more, **told),
        judge,
    )


def _classes(title: str, target: str, loss: Any) -> Row:
    def judge(target: Array, model: Any, features: Array) -> float:
        chance = model.predict_proba(features)
        return float(-np.log(chance[np.arange(len(target)), target]).mean())

    return Row(
        title,
        target,
        lambda told: Classifier(loss, **told),
        lambda told: xgboost.XGBClassifier(**told),
        judge,
    )


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
