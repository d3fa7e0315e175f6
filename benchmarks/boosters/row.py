"""A row of the boosting table: our estimator, the booster's own, and the loss that judges both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Make = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Row:
    """`ours` and `theirs` take rounds and threads by the booster's own names for them."""

    title: str
    target: str
    """Which of the targets of `draw`: "amount", "count", "two" or "five"."""
    ours: Make
    theirs: Make
    judge: Callable[[Array, Any, Array], float]
    """The mean loss of an estimator on rows: what it was trained for."""


def draw(rows: int, seed: int = 0) -> tuple[Array, dict[str, Array]]:
    """Draw features of shape (rows, 10) and targets, in single precision as tables are kept."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 10)).astype(np.float32)
    a, b, c, d = features[:, :4].T
    signal = 2 * a + np.sin(3 * b) + c * d
    noise = rng.normal(size=rows)
    return features, {
        "amount": (10 + signal + noise).astype(np.float32),
        "count": rng.poisson(np.exp(signal / 4)).astype(np.float32),
        "two": (rng.random(rows) < 1 / (1 + np.exp(-signal))).astype(np.int64),
        "five": np.digitize(signal + noise, [-2.0, -0.7, 0.7, 2.0]),
    }


def amounts(title: str, target: str, loss: Any, ours: Any, theirs: Any, read: Any = None) -> Row:
    """Compare regressors: `theirs` takes settings; `read(model, features)` is what the loss reads.

    If nothing is said it reads what a model predicts, or its logarithm.
    """
    read = read or (_logarithm if loss.domains[0][0].name == "log_amount" else _predicted)

    def judge(target: Array, model: Any, features: Array) -> float:
        return float(loss(read(model, features), target))

    return Row(title, target, lambda told: ours(loss, **told), lambda told: theirs(**told), judge)


def classes(title: str, target: str, loss: Any, ours: Any, theirs: Any) -> Row:
    """Compare classifiers by the log loss of the probabilities they report."""

    def judge(target: Array, model: Any, features: Array) -> float:
        chance = model.predict_proba(features)
        return float(-np.log(chance[np.arange(len(target)), target]).mean())

    return Row(title, target, lambda told: ours(loss, **told), lambda told: theirs(**told), judge)


def _predicted(model: Any, features: Array) -> Array:
    return model.predict(features)


def _logarithm(model: Any, features: Array) -> Array:
    return np.log(model.predict(features))
