"""CatBoost minimising any loss: its own scikit-learn estimators, given what an objective lacks.

CatBoost takes a slope and a curvature from a user, and nothing else. Here the loss also gives the
best constant to start from, the link back to the scale of the target, and the values of leaves.
"""

from lossary.adapters.needs import need

need("catboost", "sklearn", "scipy")

from collections.abc import Iterator
from typing import Any

import numpy as np
from catboost import CatBoost, CatBoostClassifier, CatBoostRegressor
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from lossary.adapters.catboost.balance import BALANCES, balances
from lossary.adapters.catboost.grown import Grown, Scores
from lossary.adapters.estimators.boosted import BoostedClassifier, BoostedRegressor

Array = np.ndarray


class Regressor(Grown, BoostedRegressor, CatBoostRegressor):
    """CatBoost's regressor for any loss of amounts.

    Boosting starts from the loss's own best constant, `predict` undoes its link, and where its
    slope jumps (absolute error, quantiles) leaves are fitted again after each tree. All of it is in
    CatBoost's own model too: plain CatBoost reads it, and puts out raw scores, the start in them.

    >>> import lossary
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> quiet = {"silent": True, "allow_writing_files": False}
    >>> model = Regressor(lossary.Quantile(level=0.9), iterations=50, learning_rate=0.1, **quiet)
    >>> round(float((y <= model.fit(X, y).predict(X)).mean()), 1)
    0.9

    Args:
        loss: what to minimise; None is HalfSquaredError(), CatBoost's own.
        eval_metric: what judges each round: None (the loss), another loss, or a function
            metric(y_true, y_prediction).
        greater_is_better: whether such a function is to be large.
        **parameters: those of catboost.CatBoostRegressor, without `loss_function`.

    Attributes:
        start_: the raw scores, of shape (outputs,), at which boosting began.
        objective_: slope, curvature, link and leaf rule of the loss.
    """

    named = "amounts"

    def _balanced(self, weight: Array | None, target: Array) -> Array | None:
        return weight


def _has_chances(estimator: Any) -> bool:
    return hasattr(estimator, "predict_proba")


class Classifier(Grown, BoostedClassifier, CatBoostClassifier):
    """CatBoost's classifier for any loss of classes, which may have any names.

    Two classes share one score; a loss of logits (focal, hinge) tells each of many from the rest.
    Probabilities are those at which the loss itself would be content with a score.

    >>> import lossary
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> quiet = {"silent": True, "allow_writing_files": False}
    >>> model = Classifier(lossary.SigmoidFocal(), iterations=30, **quiet).fit(X, y)
    >>> model.predict_proba(X).shape, model.score(X, y) > 0.95
    ((150, 3), True)

    Args:
        loss: what to minimise; None is BinaryCrossEntropy() for two classes, else CrossEntropy().
        eval_metric, greater_is_better: as for the regressor; a function is given probabilities: of
            the second class where there are two, else of all, of shape (n, k).
        **parameters: those of catboost.CatBoostClassifier, without `loss_function`.

    Attributes:
        classes_: the classes, in their order.
        start_, objective_: as for the regressor.
    """

    named = "classes"

    @property
    def classes_(self) -> Array:
        """The classes, in their order."""
        if not hasattr(self, "_classes"):
            raise AttributeError("classes_ is known once fit has been called.")
        return self._classes

    @classes_.setter
    def classes_(self, classes: Array) -> None:
        self._classes = classes

    @available_if(_has_chances)
    def predict_log_proba(self, X: Any, **options: Any) -> Array:  # noqa: N803
        """Return the logarithms of the probabilities, of shape (n, classes)."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X, **options))

    @available_if(_has_chances)
    def staged_predict_proba(self, X: Any, **options: Any) -> Iterator[Array]:  # noqa: N803
        """Yield what `predict_proba` says after each round, or after each `eval_period` rounds."""
        check_is_fitted(self, "objective_")
        for raw in CatBoost.staged_predict(self, X, prediction_type="RawFormulaVal", **options):
            yield self.predict_proba(Scores(raw))

    @available_if(_has_chances)
    def staged_predict_log_proba(self, X: Any, **options: Any) -> Iterator[Array]:  # noqa: N803
        """Yield what `predict_log_proba` says after each round."""
        with np.errstate(divide="ignore"):
            yield from map(np.log, self.staged_predict_proba(X, **options))

    def _host_parameters(self) -> dict[str, Any]:
        found = super()._host_parameters()
        for name in BALANCES:  # they are in the weights
            found.pop(name, None)
        if "class_names" not in self._init_params:
            found.pop("class_names", None)
        return found

    def _balanced(self, weight: Array | None, target: Array) -> Array | None:
        each = balances(self._init_params, self.classes_, target, weight)
        if each is None:
            return weight
        return each[target] if weight is None else weight * each[target]
