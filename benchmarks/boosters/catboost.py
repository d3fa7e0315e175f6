"""CatBoost: its own losses, and ours through `lossary.adapters.catboost`."""

from typing import Any

import catboost
import numpy as np

import lossary
from benchmarks.boosters.row import Array, Row
from lossary.adapters.catboost import Classifier, Regressor

VERSION = catboost.__version__


def settings(rounds: int, threads: int) -> dict[str, Any]:
    """Return rounds and threads as CatBoost calls them; it chooses no learning rate of its own."""
    quiet = {"silent": True, "allow_writing_files": False}
    return {"iterations": rounds, "thread_count": threads, "learning_rate": 0.1} | quiet


def _amounts(title: str, target: str, loss: Any, name: str) -> Row:
    def judge(target: Array, model: Any, features: Array) -> float:
        return float(loss(model.predict(features, prediction_type="RawFormulaVal"), target))

    return Row(
        title,
        target,
        lambda told: Regressor(loss, **told),
        lambda told: catboost.CatBoostRegressor(loss_function=name, **told),
        judge,
    )


def _classes(title: str, target: str, name: str, loss: Any) -> Row:
    def judge(target: Array, model: Any, features: Array) -> float:
        chance = model.predict_proba(features)
        return float(-np.log(chance[np.arange(len(target)), target]).mean())

    return Row(
        title,
        target,
        lambda told: Classifier(loss, **told),
        lambda told: catboost.CatBoostClassifier(loss_function=name, **told),
        judge,
    )


ROWS = (
    _amounts("HalfSquaredError", "amount", lossary.HalfSquaredError(), "RMSE"),
    _amounts("Huber", "amount", lossary.Huber(), "Huber:delta=1.0"),
    _amounts("PoissonNLL", "count", lossary.PoissonNLL(), "Poisson"),
    _amounts(
        "TweedieDeviance",
        "count",
        0.5 * lossary.TweedieDeviance(),  # what CatBoost minimises
        "Tweedie:variance_power=1.5",
    ),
    _amounts("AbsoluteError", "amount", lossary.AbsoluteError(), "MAE"),
    _amounts("Quantile 0.9", "amount", lossary.Quantile(level=0.9), "Quantile:alpha=0.9"),
    _classes("BinaryCrossEntropy", "two", "Logloss", lossary.BinaryCrossEntropy()),
    _classes("CrossEntropy of 5", "five", "MultiClass", lossary.CrossEntropy()),
)
