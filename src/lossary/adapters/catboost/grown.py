"""What CatBoost's regressor and classifier share: fitting, answering, and being copied."""

from abc import abstractmethod
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
from catboost import CatBoost
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags
from sklearn.utils.validation import check_is_fitted

from lossary.adapters.catboost.refusals import refuse_fight, refuse_given, refuse_unfit
from lossary.adapters.catboost.rounds import grown
from lossary.adapters.catboost.suspicion import suspect
from lossary.adapters.catboost.training import Asked, Rows, Run, trained
from lossary.adapters.estimators.boosted import Boosted, weights_of
from lossary.adapters.estimators.judges import Judge, judges_for
from lossary.adapters.estimators.refusal import refuse_file
from lossary.core.loss import Loss
from lossary.errors import ArgumentError, ShapeError

Array = np.ndarray
_OWN = ("loss", "eval_metric", "greater_is_better")
_LEARNED = ("objective_", "start_", "_classes", "_history", "_width")


@dataclass(frozen=True, eq=False)
class Scores:
    """Raw scores in the place of features, for what is said of them."""

    raw: Array


class Grown(Boosted):
    """What the regressor and the classifier share; it stands before CatBoost's own class."""

    host = "catboost"
    named: ClassVar[str]

    def __init__(
        self,
        loss: Loss | None = None,
        *,
        eval_metric: Any = None,
        greater_is_better: bool = False,
        **parameters: Any,
    ) -> None:
        super().__init__(**parameters)
        if "loss_function" not in parameters:
            # CatBoost's default, nobody's wish.
            self._init_params.pop("loss_function", None)  # type: ignore[attr-defined]
        self.loss = loss
        self.eval_metric = eval_metric
        self.greater_is_better = greater_is_better

    def fit(
        self,
        X: Any,  # noqa: N803
        y: Any,
        *,
        sample_weight: Any = None,
        eval_set: Any = None,
        **options: Any,
    ) -> Self:
        """Grow trees on features of shape (n, d) and targets of shape (n,).

        Args:
            X: arrays or data frames.
            y: amounts, or classes.
            sample_weight: how much each row counts, shape (n,); two is the row twice.
            eval_set: a pair (X, y), or a list of them, on which each round is judged; the last one
                stops early, and says where the model is cut off.
            **options: those of CatBoost's own `fit`: cat_features, early_stopping_rounds,
                use_best_model, verbose, callbacks, …

        Raises:
            DomainError: a target lies where the loss has no meaning.
            ArgumentError: a parameter fights with the loss, or would be ignored.

        Warns:
            SuspicionWarning: no tree has split, or none can move; names the cause.
        """
        asked = Asked(self._host_parameters(), options)
        refuse_given(asked, X, eval_set)
        refuse_fight(asked)
        target = self._target(y)
        objective = self._objective_for(target)  # type: ignore[attr-defined]
        refuse_unfit(objective, asked, X)
        weight = self._balanced(weights_of(sample_weight, target), target)
        encoded = self._begin(objective, target, weight)
        pairs = [eval_set] if isinstance(eval_set, tuple) else list(eval_set or ())
        run = Run(
            objective,
            self.start_,
            Rows(target, encoded, weight, X),
            [self._watched(*pair) for pair in pairs],
            self._judge(),
            asked,
        )
        model, self._history = grown(run) if objective.outputs > 1 else trained(run)
        self._width = np.shape(X)[1] if np.ndim(X) == 2 else 1
        self._take(model)
        suspect(run, model)
        return self

    def predict(self, X: Any, prediction_type: str | None = None, **options: Any) -> Any:  # noqa: N803
        """Return amounts on the scale of the target, or classes by name; shape (n,).

        `prediction_type="RawFormulaVal"` asks for raw scores. `ntree_end` takes the first trees
        only. Of a regressor with GaussianNLL, `return_std` asks for standard deviations too.
        """
        if prediction_type is None:
            return super().predict(X, **options)  # type: ignore[misc]
        if prediction_type != "RawFormulaVal":
            raise ArgumentError(
                f"prediction_type={prediction_type!r}: CatBoost would take raw scores for those of "
                f"a loss of its own.\nHint: predict(X), predict_proba(X), or 'RawFormulaVal'."
            )
        return self._raw(X, **options)

    def staged_predict(self, X: Any, **options: Any) -> Iterator[Any]:  # noqa: N803
        """Yield what `predict` says after each round, or after each `eval_period` rounds."""
        check_is_fitted(self, "objective_")
        for raw in CatBoost.staged_predict(self, X, prediction_type="RawFormulaVal", **options):
            yield self.predict(Scores(raw))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:  # noqa: N803
        """Return R² of amounts, or the accuracy of classes."""
        measure = r2_score if self.named == "amounts" else accuracy_score
        return float(measure(y, self.predict(X), sample_weight=sample_weight))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters that were set, those of the loss among them."""
        return {name: getattr(self, name) for name in _OWN} | self._init_params  # type: ignore[attr-defined]

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters by name; CatBoost's own only before fitting, as there."""
        for name in _OWN:
            if name in parameters:
                setattr(self, name, parameters.pop(name))
        if parameters:
            super().set_params(**parameters)  # type: ignore[misc]
        return self

    def get_evals_result(self) -> dict[str, Any]:
        """Return what was said after each round, by the sets of rows and the judge's name."""
        check_is_fitted(self, "objective_")
        return self._history["result"]

    def get_best_score(self) -> dict[str, Any]:
        """Return the best that was said of each set of rows."""
        check_is_fitted(self, "objective_")
        return self._history["score"]

    def get_best_iteration(self) -> int | None:
        """Return the round after which the last rows of eval_set were judged best."""
        check_is_fitted(self, "objective_")
        return self._history["best"]

    def load_model(self, *arguments: Any, **options: Any) -> NoReturn:
        """Refuse: a file of CatBoost's own does not say which loss its raw scores belong to."""
        refuse_file(self, "CatBoost")

    def __repr__(self) -> str:
        usual = dict.fromkeys(_OWN) | {"greater_is_better": False}
        told = {name: v for name, v in self.get_params().items() if usual.get(name, ...) is not v}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in told.items())})"

    def __getstate__(self) -> dict[str, Any]:
        own = {name: v for name, v in vars(self).items() if name in (*_OWN, *_LEARNED)}
        return {"host": super().__getstate__(), "own": own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(dict(state["host"]))  # type: ignore[misc]
        vars(self).update(state["own"])

    def __sklearn_tags__(self) -> Tags:
        """Say what scikit-learn may expect: CatBoost's would hang on a loss of its own."""
        classes = self.named == "classes"
        missing = self._init_params.get("nan_mode") != "Forbidden"  # type: ignore[attr-defined]
        return Tags(
            estimator_type="classifier" if classes else "regressor",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags() if classes else None,
            regressor_tags=None if classes else RegressorTags(),
            input_tags=InputTags(sparse=True, categorical=True, allow_nan=missing),
        )

    _history: dict[str, Any]
    """What was said after each round; CatBoost's own models forget it when they are written."""
    _width: int

    @property
    def n_features_in_(self) -> int:
        """How many features there are."""
        if not hasattr(self, "_width"):
            raise AttributeError("n_features_in_ is known once fit has been called.")
        return self._width

    @abstractmethod
    def _balanced(self, weight: Array | None, target: Array) -> Array | None:
        """Return weights with those of classes in them."""

    def _host_parameters(self) -> dict[str, Any]:
        """Return CatBoost's parameters by their first names."""
        return dict(self._get_canonized_params())  # type: ignore[attr-defined]

    def _watched(self, features: Any, y: Any) -> Rows:
        seen = self._seen(y, None)
        return Rows(seen.target, seen.encoded, None, features)

    def _judge(self) -> Judge:
        classes = getattr(self, "classes_", None)
        found = judges_for(
            self.eval_metric, self.objective_, classes, greater_is_better=self.greater_is_better
        )
        if len(found) > 1:
            raise ArgumentError(
                f"eval_metric={self.eval_metric!r}: CatBoost takes one.\n"
                f"Hint: the others can be had of staged_predict(X)."
            )
        return found[0]

    def _take(self, model: CatBoost) -> None:
        """Make a model of CatBoost's this estimator's own."""
        self._object = model._object
        self._prediction_values_change = model._prediction_values_change
        self._set_trained_model_attributes()  # type: ignore[attr-defined]

    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        if isinstance(X, Scores):
            return X.raw
        shape: tuple[int, ...] = getattr(X, "shape", ())
        if len(shape) == 2 and shape[1] != self.n_features_in_:
            raise ShapeError(
                f"X has {shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
        found = CatBoost.predict(self, X, prediction_type="RawFormulaVal", **options)
        return found.reshape(-1, *self.start_.shape) if len(self.start_) > 1 else np.ravel(found)

    def _fitted_facts(self) -> dict[str, Any]:
        own = {"features": self._width, "history": self._history}
        return super()._fitted_facts() | own

    def _take_facts(self, facts: dict[str, Any]) -> None:
        super()._take_facts(facts)
        self._width, self._history = facts["features"], facts["history"]

    def _written(self) -> str:
        return b64encode(self._serialize_model()).decode()  # type: ignore[attr-defined]

    def _read(self, text: str) -> None:
        model = CatBoost().load_model(blob=b64decode(text))
        model.get_feature_importance(type="PredictionValuesChange")
        self._take(model)
