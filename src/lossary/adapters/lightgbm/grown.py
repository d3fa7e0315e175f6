"""What LightGBM's regressor and classifier for any loss share: `fit`, parameters, raw scores."""

import copy
from functools import cached_property
from typing import Any, Self

import numpy as np
from lightgbm import Booster, LGBMModel
from sklearn.utils import compute_sample_weight

from lossary.adapters.estimators.boosted import Boosted, weights_of
from lossary.adapters.estimators.judges import Seen, judges_for
from lossary.adapters.estimators.objective import Objective
from lossary.adapters.lightgbm.growing import Growing, Watched
from lossary.adapters.lightgbm.refusals import refuse_fight, refuse_given, refuse_unfit
from lossary.adapters.lightgbm.suspicion import suspect
from lossary.adapters.lightgbm.training import LEARNED, learned, one_each, pairs_of, train
from lossary.core.loss import Loss

Array = np.ndarray


class Grown(Boosted):
    """A LightGBM estimator that minimises any loss; it stands before LightGBM's own class."""

    host = "lightgbm"
    class_weight: Any
    booster_: Booster
    _objective_for: Any

    def __init__(
        self,
        loss: Loss | None = None,
        *,
        boosting_type: str = "gbdt",
        num_leaves: int = 31,
        max_depth: int = -1,
        learning_rate: float = 0.1,
        n_estimators: int = 100,
        subsample_for_bin: int = 200000,
        class_weight: dict[Any, float] | str | None = None,
        min_split_gain: float = 0.0,
        min_child_weight: float = 1e-3,
        min_child_samples: int = 20,
        subsample: float = 1.0,
        subsample_freq: int = 0,
        colsample_bytree: float = 1.0,
        reg_alpha: float = 0.0,
        reg_lambda: float = 0.0,
        random_state: Any = None,
        n_jobs: int | None = None,
        importance_type: str = "split",
        **others: Any,
    ) -> None:
        super().__init__(  # type: ignore[call-arg]
            boosting_type=boosting_type,
            num_leaves=num_leaves,
            max_depth=max_depth,
            learning_rate=learning_rate,
            n_estimators=n_estimators,
            subsample_for_bin=subsample_for_bin,
            class_weight=class_weight,
            min_split_gain=min_split_gain,
            min_child_weight=min_child_weight,
            min_child_samples=min_child_samples,
            subsample=subsample,
            subsample_freq=subsample_freq,
            colsample_bytree=colsample_bytree,
            reg_alpha=reg_alpha,
            reg_lambda=reg_lambda,
            random_state=random_state,
            n_jobs=n_jobs,
            importance_type=importance_type,
            **others,
        )
        self.loss = loss

    def fit(
        self,
        X: Any,  # noqa: N803
        y: Any,
        sample_weight: Any = None,
        *,
        eval_set: Any = None,
        eval_X: Any = None,  # noqa: N803
        eval_y: Any = None,
        eval_names: list[str] | None = None,
        eval_sample_weight: Any = None,
        eval_class_weight: Any = None,
        eval_metric: Any = None,
        greater_is_better: bool = False,
        feature_name: Any = "auto",
        categorical_feature: Any = "auto",
        callbacks: list[Any] | None = None,
        init_score: Any = None,
        eval_init_score: Any = None,
        init_model: Any = None,
    ) -> Self:
        """Grow trees on features of shape (n, d) and targets of shape (n,).

        Args:
            X: whatever LightGBM reads: arrays, data frames, sparse matrices.
            y: amounts, or classes.
            sample_weight: how much each row counts, shape (n,); two is the row twice.
            eval_set: pairs (X, y) on which each round is judged; or `eval_X` and `eval_y`.
            eval_names, eval_sample_weight, eval_class_weight: one for each pair.
            eval_metric: what judges: None (the loss), another loss, a function
                metric(y_true, y_prediction), or a list. A function is given what `predict` says of
                amounts, and the probabilities of classes: of the second one where there are two.
            greater_is_better: whether such functions are to be large.
            feature_name, categorical_feature, callbacks: as in LightGBM.

        Raises:
            DomainError: a target lies where the loss has no meaning.
            ArgumentError: a parameter fights with the loss, or would be ignored.

        Warns:
            SuspicionWarning: no tree has split; names the cause.
        """
        refuse_given(init_score, eval_init_score, init_model)
        refuse_fight(self)
        target = self._target(y)
        objective = self._objective_for(target)
        refuse_unfit(self, objective)
        weight = weights_of(_balanced(sample_weight, self.class_weight, y), target)
        seen = Seen(target, self._begin(objective, target, weight), weight)
        pairs = pairs_of(eval_set, eval_X, eval_y)
        weights = one_each(eval_sample_weight, "eval_sample_weight", pairs)
        balances = one_each(eval_class_weight, "eval_class_weight", pairs)
        growing = Growing(
            objective,
            self.start_,
            X,
            seen,
            [
                self._watched(pair, (X, y, seen), weight, balance)
                for pair, weight, balance in zip(pairs, weights, balances, strict=True)
            ],
            judges_for(eval_metric, objective, self._named(), greater_is_better=greater_is_better),
        )
        host = LGBMModel(**self._own_parameters() | {"class_weight": None})
        columns = {"feature_name": feature_name, "categorical_feature": categorical_feature}
        train(host, growing, callbacks, eval_names, columns)
        vars(self).update(learned(host))
        suspect(self, growing)
        return self

    def predict(self, X: Any, **options: Any) -> Any:  # noqa: N803
        """Return amounts on the scale of the target, or classes by name; shape (n,).

        `raw_score`, `pred_leaf` and `pred_contrib` ask for what LightGBM says instead; the start is
        in it. Of a regressor with GaussianNLL, `return_std` asks for standard deviations too.
        """
        if any(options.get(name) for name in ("raw_score", "pred_leaf", "pred_contrib")):
            return self._host().predict(X, **options)
        return super().predict(X, **options)  # type: ignore[misc]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return all parameters, LightGBM's own among them, but for `objective`, which is ours."""
        found = self._host().get_params(deep)
        del found["objective"]
        return {"loss": self.loss} | found

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters by name; `loss` is one of them."""
        if "loss" in parameters:  # to LightGBM, that is another name of its `objective`
            self.loss = parameters.pop("loss")
        super().set_params(**parameters)  # type: ignore[misc]
        return self

    @cached_property
    def objective_(self) -> Objective:  # type: ignore[override]
        """Slope, curvature, link and leaf rule of the loss."""
        raise AttributeError("objective_ is known once fit has been called.")

    def _named(self) -> Array | None:
        """Return the classes by name, where there are classes."""
        return None

    def _watched(self, pair: Any, trained: Any, weight: Any, balance: Any) -> Watched:
        (X, y), (same_x, same_y, seen) = pair, trained
        if X is same_x and y is same_y and weight is None and balance is None:
            return Watched(X, seen)
        return Watched(X, self._seen(y, _balanced(weight, balance, y)))

    def _host(self) -> LGBMModel:
        """Return LightGBM's own estimator of the same parameters and the same trees."""
        host = copy.copy(self)
        host.__class__ = LGBMModel  # as LightGBM itself asks each of its classes for its part
        return host

    def _raw(self, X: Any, **options: Any) -> Array:  # noqa: N803
        return self._host().predict(X, raw_score=True, **options)

    def _written(self) -> str:
        return self.booster_.model_to_string(num_iteration=-1)

    def _read(self, text: str) -> None:
        self._Booster = Booster(model_str=text)

    def _fitted_facts(self) -> dict[str, Any]:
        own = {name: v for name, v in vars(self).items() if name in LEARNED and name != "_Booster"}
        return super()._fitted_facts() | {"learned": own}

    def _take_facts(self, facts: dict[str, Any]) -> None:
        super()._take_facts(facts)
        vars(self).update(facts["learned"])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        if tags.classifier_tags is not None:
            tags.classifier_tags.multi_label = False
        return tags


def _balanced(weight: Any, balance: Any, y: Any) -> Any:
    """Return weights with those of classes in them."""
    if balance is None:
        return weight
    each = compute_sample_weight(balance, y)
    return each if weight is None else np.asarray(weight) * each
