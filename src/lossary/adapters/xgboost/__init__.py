"""XGBoost minimising any loss: its own scikit-learn estimators, given what an objective lacks.

XGBoost takes a slope and a curvature from a user, and nothing else. Here the loss also gives it the
best constant to start from, the link back to the scale of the target, and the values of leaves.
"""

from lossary.adapters.needs import need

need("xgboost", "sklearn", "scipy")

import copy
from abc import abstractmethod
from functools import cached_property
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
from xgboost import Booster, XGBClassifier, XGBModel, XGBRegressor, config_context

from lossary.adapters.estimators.boosted import (
    Boosted,
    BoostedClassifier,
    BoostedRegressor,
    weights_of,
)
from lossary.adapters.estimators.judges import judges_for
from lossary.adapters.estimators.refusal import refuse_file
from lossary.adapters.xgboost.refusals import refuse_fight, refuse_given, refuse_unfit
from lossary.adapters.xgboost.rows import Rows
from lossary.adapters.xgboost.suspicion import suspect
from lossary.adapters.xgboost.training import NATIVE, Training
from lossary.core.loss import Loss
from lossary.errors import ArgumentError

Array = np.ndarray


class _Grown(Boosted):
    """What the regressor and the classifier share; it stands before XGBoost's own class."""

    host = "xgboost"
    twin: ClassVar[Any]
    """XGBoost's own estimator."""
    verbosity: Any
    eval_metric: Any
    _objective_for: Any

    def __init__(
        self, loss: Loss | None = None, *, greater_is_better: bool = False, **parameters: Any
    ) -> None:
        super().__init__(**parameters)
        self.loss = loss
        self.greater_is_better = greater_is_better

    def fit(
        self,
        X: Any,  # noqa: N803
        y: Any,
        *,
        sample_weight: Any = None,
        base_margin: Any = None,
        eval_set: Any = None,
        verbose: bool | int | None = True,
        xgb_model: Any = None,
        sample_weight_eval_set: Any = None,
        base_margin_eval_set: Any = None,
    ) -> Self:
        """Grow trees on features of shape (n, d) and targets of shape (n,).

        Args:
            X: whatever XGBoost reads: arrays, data frames, sparse matrices.
            y: amounts, or classes.
            sample_weight: how much each row counts, shape (n,); two is the row twice.
            eval_set: pairs (X, y) on which each round is judged; the last one stops early.
            verbose: whether, or after how many rounds, to print what is said of them.
            sample_weight_eval_set: the weights of their rows, or None, for each pair.

        Raises:
            DomainError: a target lies where the loss has no meaning.
            ArgumentError: a parameter fights with the loss, or would be ignored.

        Warns:
            SuspicionWarning: no tree has split, or none can move; names the cause.
        """
        refuse_given(base_margin, base_margin_eval_set, xgb_model)
        refuse_fight(self)
        target = self._target(y)
        objective = self._objective_for(target)
        refuse_unfit(self, objective)
        weight = weights_of(sample_weight, target)
        balanced = self._balanced(weight, target)
        encoded = self._begin(objective, target, balanced)
        with config_context(verbosity=self.verbosity):
            training = Training(self, objective, self.start_)
            rows = Rows(target, encoded, balanced, training.matrix(X, weight))
            watched = training.watched(
                {(id(X), id(y), id(sample_weight)): rows}, eval_set, sample_weight_eval_set
            )
            classes = getattr(self, "classes_", None)
            judges = judges_for(
                self.eval_metric, objective, classes, greater_is_better=self.greater_is_better
            )
            self._Booster, growing, said = training.run(rows, watched, judges, verbose)
        self.evals_result_ = said or None
        suspect(self, growing)
        return self

    def predict(self, X: Any, *, output_margin: bool = False, **options: Any) -> Any:  # noqa: N803
        """Return amounts on the scale of the target, or classes by name; shape (n,).

        With `output_margin`, the raw scores. `iteration_range` takes the trees of some rounds; all
        up to the best are taken otherwise.
        """
        return self._raw(X, **options) if output_margin else super().predict(X, **options)  # type: ignore[misc]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return all parameters, XGBoost's own among them, but for `objective`, which is ours."""
        host = copy.copy(self)
        host.__class__ = self.twin  # as XGBoost itself asks each of its classes for its part
        found = host.get_params(deep)
        del found["objective"]
        return found | {"loss": self.loss, "greater_is_better": self.greater_is_better}

    def get_xgb_params(self) -> dict[str, Any]:
        """Return the parameters that XGBoost's trainer is given."""
        found = super().get_xgb_params()  # type: ignore[misc]
        ours = ("loss", "greater_is_better", "eval_metric", "base_score", "scale_pos_weight")
        return {name: v for name, v in found.items() if name not in ours} | {"objective": NATIVE}

    def load_model(self, fname: Any) -> NoReturn:
        """Refuse: a file of XGBoost's own does not say which loss its raw scores belong to."""
        refuse_file(self, "XGBoost")

    @abstractmethod
    def _balanced(self, weight: Array | None, target: Array) -> Array | None:
        """Return weights with `scale_pos_weight` in them."""

    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        refuse_given(options.pop("base_margin", None), None, None)
        raw = XGBModel.predict(self, X, output_margin=True, **options)
        return raw.astype(float)  # links and probabilities are for more digits than trees need

    def _written(self) -> str:
        return self.get_booster().save_raw("json").decode()  # type: ignore[attr-defined]

    def _read(self, text: str) -> None:
        self._Booster = Booster(self.get_xgb_params(), model_file=bytearray(text.encode()))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.target_tags.multi_output = False
        if tags.classifier_tags is not None:
            tags.classifier_tags.multi_label = False
        return tags


class Regressor(_Grown, BoostedRegressor, XGBRegressor):
    """XGBoost's regressor for any loss of amounts.

    Boosting starts from the loss's own best constant, `predict` undoes its link, and where its
    slope jumps (absolute error, quantiles) leaves are fitted again after each tree. All of it is in
    XGBoost's own model too: `get_booster()` puts out raw scores with the start in them.

    >>> import lossary
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = Regressor(lossary.Quantile(level=0.9), n_estimators=20, max_depth=2).fit(X, y)
    >>> round(float((y <= model.predict(X)).mean()), 2)
    0.9

    Args:
        loss: what to minimise; None is HalfSquaredError(), XGBoost's own.
        eval_metric: what judges each round of `eval_set`: None (the loss), another loss, a function
            metric(y_true, y_prediction), or a list; the last one stops early.
        greater_is_better: whether such functions are to be large.
        **parameters: those of xgboost.XGBRegressor, without `objective` and `base_score`.

    Attributes:
        start_: the raw scores, of shape (outputs,), at which boosting began.
        objective_: slope, curvature, link and leaf rule of the loss.
    """

    twin = XGBRegressor

    def _balanced(self, weight: Array | None, target: Array) -> Array | None:
        if self.scale_pos_weight not in (None, 1):
            raise ArgumentError(
                f"scale_pos_weight={self.scale_pos_weight!r}: is for two classes.\n"
                f"Hint: weigh rows with fit(..., sample_weight=...)."
            )
        return weight


class Classifier(_Grown, BoostedClassifier, XGBClassifier):
    """XGBoost's classifier for any loss of classes, which may have any names.

    Two classes share one score; a loss of logits (focal, hinge) tells each of many from the rest.
    Probabilities are those at which the loss itself would be content with a score.

    >>> import lossary
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = Classifier(lossary.SigmoidFocal(), n_estimators=10).fit(X, y)
    >>> model.predict_proba(X).shape, model.score(X, y) > 0.95
    ((150, 3), True)

    Args:
        loss: what to minimise; None is BinaryCrossEntropy() for two classes, else CrossEntropy().
        eval_metric, greater_is_better: as for the regressor; a function is given probabilities: of
            the second class where there are two, else of all, of shape (n, k).
        **parameters: those of xgboost.XGBClassifier, without `objective` and `base_score`.

    Attributes:
        classes_: the classes, in their order.
        start_, objective_: as for the regressor.
    """

    twin = XGBClassifier

    @cached_property
    def classes_(self) -> Array:  # type: ignore[override]
        raise AttributeError("classes_ is known once fit has been called.")

    @property
    def n_classes_(self) -> int:
        """How many classes there are."""
        return len(self.classes_)

    def _balanced(self, weight: Array | None, target: Array) -> Array | None:
        if self.scale_pos_weight in (None, 1):
            return weight
        if len(self.classes_) > 2:
            raise ArgumentError(
                f"scale_pos_weight={self.scale_pos_weight!r}: is for two classes, but there are "
                f"{len(self.classes_)}.\nHint: weigh rows with fit(..., sample_weight=...)."
            )
        scale = np.where(target == 1, float(self.scale_pos_weight), 1.0)
        return scale if weight is None else weight * scale
