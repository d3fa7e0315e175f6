"""A loss as a scorer of fitted models: for cross_val_score, GridSearchCV and their kin."""

from lossary.adapters.needs import need

need("sklearn")

import warnings
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from sklearn.utils.metadata_routing import MetadataRequest

from lossary.adapters.sklearn.response import METHODS, read
from lossary.core.loss import Loss
from lossary.errors import ArgumentError, SuspicionWarning, nearest

Array = np.ndarray
Response = str | Callable[[Any, Any], Any]


def scorer(loss: Loss, *, response: Response | None = None) -> "LossScorer":
    """Return a scorer: minus the mean loss of a model's predictions, so that more is better.

    What is asked of the model is what the loss reads. Amounts are `predict`; a logarithm of an
    amount is taken of it. Probabilities are `predict_proba`, of two classes the second one's.
    Log-probabilities are `predict_log_proba`. Logits, and scores of classes, are
    `decision_function` where a sigmoid or softmax of it is the model's own probability (or the
    loss itself makes that of it, as a focal loss does), and log-odds or log-probabilities else;
    margins are `decision_function` if there is one. A mean and a log-variance are
    `predict(return_std=True)`. Nothing is clipped: a probability of zero for what happens scores
    -inf, where scikit-learn's log loss ends at 36.

    Args:
        loss: a loss of a prediction and a target, not of more.
        response: asks for something else: a method ("predict", "predict_proba",
            "predict_log_proba", "decision_function"), or a function of model and features, whose
            output the loss reads as it is.

    Returns:
        A callable `(estimator, X, y, sample_weight=None) -> float`, to be given as `scoring`.
        Labels of any kind are numbered by the model's `classes_`.

    Raises:
        ArgumentError: it is no loss, or of more arrays; the response does not exist. When called:
            the model has not what the loss reads, more classes, or never saw one of the labels.
        DomainError, ShapeError: when called, as the loss's own check and call do.

    >>> import lossary
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.dummy import DummyRegressor
    >>> from sklearn.model_selection import cross_val_score
    >>> model = DummyRegressor(strategy="quantile", quantile=0.9)
    >>> x, y = load_diabetes(return_X_y=True)
    >>> cross_val_score(model, x, y, scoring=scorer(lossary.Quantile(level=0.9))).round(1).tolist()
    [-15.1, -14.6, -14.7, -12.7, -13.7]
    """
    if not isinstance(loss, Loss):
        raise ArgumentError(f"scorer({loss!r}): expected a loss.\nHint: scorer(lossary.Huber()).")
    if len(loss.names) != 2:
        raise ArgumentError(
            f"{loss.label} takes {', '.join(loss.names)}; a scorer has a prediction and a target."
        )
    if not (response is None or callable(response) or response in METHODS):
        raise ArgumentError(
            f"scorer(response={response!r}): {nearest(str(response), METHODS)}\n"
            f"Hint: a function (estimator, X) -> array is taken too."
        )
    return LossScorer(loss, response)


class LossScorer:
    """Minus a loss of what a model predicts; `scorer` makes it."""

    def __init__(self, loss: Loss, response: Response | None) -> None:
        self.loss, self.response = loss, response
        self._weighted: bool | str | None = None

    def __call__(self, estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:  # noqa: N803
        """Return the score of a fitted model on features X and targets y."""
        prediction, target = read(self.loss, estimator, X, y, self.response)
        weight = None if sample_weight is None else self._spread(prediction, sample_weight)
        self._check(prediction, target, weight)
        return -float(self.loss(prediction, target, weight=weight))

    def _spread(self, prediction: Array, sample_weight: Any) -> Array:
        """Give each entry of a row the row's weight."""
        sentence = self.loss.sentences[0]
        mixed = sentence.inputs[0].trailing(self.loss.entries)
        entries = prediction.shape[: prediction.ndim - mixed]
        weight = np.asarray(sample_weight, dtype=float)
        return np.broadcast_to(weight.reshape(-1, *[1] * (len(entries) - 1)), entries)

    def _check(self, prediction: Array, target: Array, weight: Array | None) -> None:
        # Certainty is infinite as a logit, and right to be.
        finite = np.clip(prediction, np.finfo(float).min, np.finfo(float).max)
        with warnings.catch_warnings():
            if self.response is None:  # few log-odds may well lie between zero and one
                warnings.simplefilter("ignore", SuspicionWarning)
            self.loss.check(finite, target, weight=weight)

    def set_score_request(self, *, sample_weight: bool | str | None) -> Self:
        """Say whether sample weights are wanted, or under which name, where routing is on."""
        self._weighted = sample_weight
        return self

    def get_metadata_routing(self) -> Any:
        """Tell scikit-learn which metadata were asked for."""
        found = MetadataRequest(owner=repr(self))
        found.score.add_request(param="sample_weight", alias=self._weighted)
        return found

    def _accept_sample_weight(self) -> bool:
        return True  # how searches ask where metadata routing is off

    def __repr__(self) -> str:
        more = "" if self.response is None else f", response={self.response!r}"
        return f"scorer({self.loss!r}{more})"
