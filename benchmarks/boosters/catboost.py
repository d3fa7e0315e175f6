"""CatBoost: its own losses, and ours through `lossary.adapters.catboost`."""

from functools import partial
from typing import Any

import catboost

import lossary
from benchmarks.boosters.row import Array, Row, amounts, classes
from lossary.adapters.catboost import Classifier, Regressor

VERSION = catboost.__version__


def settings(rounds: int, threads: int) -> dict[str, Any]:
    """Return rounds and threads as CatBoost calls them; it chooses no learning rate of its own."""
    quiet = {"silent": True, "allow_writing_files": False}
    return {"iterations": rounds, "thread_count": threads, "learning_rate": 0.1} | quiet


def _amounts(title: str, target: str, loss: Any, name: str) -> Row:
    theirs = partial(catboost.CatBoostRegressor, loss_function=name)
    return amounts(title, target, loss, Regressor, theirs, _raw)


def _raw(model: Any, features: Array) -> Array:
    return model.predict(features, prediction_type="RawFormulaVal")


def _classes(title: str, target: str, name: str, loss: Any) -> Row:
    theirs = partial(catboost.CatBoostClassifier, loss_function=name)
    return classes(title, target, loss, Classifier, theirs)


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
