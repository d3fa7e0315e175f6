"""LightGBM minimising any loss: its own scikit-learn estimators, given what an objective lacks.

LightGBM takes a slope and a curvature from a user, and nothing else. Here the loss also gives it
the best constant to start from, the link back to the scale of the target, and the values of leaves.
"""

from lossary.adapters.needs import need

need("lightgbm", "sklearn", "scipy")

from functools import cached_property

import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor

from lossary.adapters.estimators.boosted import BoostedClassifier, BoostedRegressor
from lossary.adapters.lightgbm.grown import Grown

Array = np.ndarray


class Regressor(Grown, BoostedRegressor, LGBMRegressor):
    """LightGBM's regressor for any loss of amounts.

    Boosting starts from the loss's own best constant, `predict` undoes its link, and where its
    slope jumps (absolute error, quantiles) leaves are fitted again after each tree. All of it is in
    LightGBM's own model too: `booster_` puts out raw scores with the start in them.

    >>> import lossary
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = Regressor(lossary.Quantile(level=0.9), n_estimators=20, verbosity=-1).fit(X, y)
    >>> round(float((y <= model.predict(X)).mean()), 1)
    0.9

    Args:
        loss: what to minimise; None is HalfSquaredError(), LightGBM's own.
        others: further parameters of LightGBM, by any of their names; those of its own objectives
            (alpha, tweedie_variance_power, …) belong into the loss.

    The other arguments are those of lightgbm.LGBMRegressor.

    Attributes:
        start_: the raw scores, of shape (outputs,), at which boosting began.
        objective_: slope, curvature, link and leaf rule of the loss.
    """


class Classifier(Grown, BoostedClassifier, LGBMClassifier):
    """LightGBM's classifier for any loss of classes, which may have any names.

    Two classes share one score; a loss of logits (focal, hinge) tells each of many from the rest.
    Probabilities are those at which the loss itself would be content with a score.

    >>> import lossary
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = Classifier(lossary.SigmoidFocal(), n_estimators=10, verbosity=-1).fit(X, y)
    >>> model.predict_proba(X).shape, model.score(X, y) > 0.95
    ((150, 3), True)

    Args:
        loss: what to minimise; None is BinaryCrossEntropy() for two classes, else CrossEntropy().
        others: as for the regressor.

    The other arguments are those of lightgbm.LGBMClassifier.

    Attributes:
        classes_: the classes, in their order.
        start_, objective_: as for the regressor.
    """

    @cached_property
    def classes_(self) -> Array:  # type: ignore[override]
        """The classes, in their order."""
        raise AttributeError("classes_ is known once fit has been called.")

    @property
    def n_classes_(self) -> int:
        """How many classes there are."""
        return len(self.classes_)

    def _named(self) -> Array:
        return self.classes_
