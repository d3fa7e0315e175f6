"""A training run of XGBoost: its matrices, its parameters, its rounds and the finished model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from xgboost import Booster, DMatrix, train
from xgboost.callback import EarlyStopping, EvaluationMonitor

from lossary.adapters.estimators.judges import Judge
from lossary.adapters.estimators.objective import Objective
from lossary.adapters.xgboost.growing import Growing
from lossary.adapters.xgboost.leaves import Leaves
from lossary.adapters.xgboost.model import RECENT, with_start
from lossary.adapters.xgboost.rows import Rows
from lossary.errors import ArgumentError

Array = np.ndarray
NATIVE = "reg:squarederror"  # XGBoost by itself then predicts the raw score as it is


class Training:
    """What an estimator, an objective and a start make of rows."""

    def __init__(self, estimator: Any, objective: Objective, start: Array) -> None:
        self.estimator, self.objective, self.start = estimator, objective, start
        self.split_start = objective.outputs > 1 and not RECENT
        """Whether XGBoost is given the start row by row, and its trees at the end."""

    def matrix(self, X: Any, weight: Any, reference: DMatrix | None = None) -> DMatrix:  # noqa: N803
        """Return the host's own matrix, as its estimators make it."""
        made = self._make(
            ref=reference,
            data=X,
            weight=weight,  # its bins are quantiles of the weighted rows
            missing=self.estimator.missing,
            feature_weights=getattr(self.estimator, "feature_weights", None),
            enable_categorical=self.estimator.enable_categorical,
            feature_types=self._types(X, reference),
        )
        if self.split_start:
            made.set_base_margin(np.tile(self.start, (made.num_row(), 1)))
        return made

    def watched(
        self, known: dict[tuple[int, ...], Rows], eval_set: Any, weights: Any
    ) -> dict[str, Rows]:
        """Return the rows to judge, by the names that XGBoost gives them.

        Those that are `known`, by the identity of what was given, need no second matrix.

        Raises:
            ArgumentError: no pairs, or not as many weights.
        """
        found = {}
        for place, (X, y, weight) in enumerate(_triples(eval_set, weights)):
            rows = known.get((id(X), id(y), id(weight)))
            found[f"validation_{place}"] = rows or self._rows(X, y, weight, known)
        return found

    def run(
        self, rows: Rows, watched: dict[str, Rows], judges: Sequence[Judge], verbose: Any
    ) -> tuple[Booster, Growing, dict[str, Any]]:
        """Train, and return the model, what happened, and what the judges said."""
        leaves = None
        if self.objective.refits:
            bound = self.estimator.max_delta_step or np.inf
            leaves = Leaves(self.objective, self.start, (rows, *watched.values()), bound)
        then = self._callbacks(judges, verbose)
        growing = Growing(self.objective, rows, watched, judges, leaves, then)
        said: dict[str, Any] = {}
        model = train(
            self._parameters(),
            rows.matrix,
            self.estimator.get_num_boosting_rounds(),
            obj=growing.slopes,
            callbacks=[growing],
            evals_result=said,
            verbose_eval=False,
        )
        return self._finished(model, leaves), growing, said

    def _rows(self, X: Any, y: Any, weight: Any, known: dict[Any, Rows]) -> Rows:  # noqa: N803
        seen = self.estimator._seen(y, weight)
        reference = next(iter(known.values())).matrix
        matrix = self.matrix(X, seen.weight, reference)
        return Rows(seen.target, seen.encoded, seen.weight, matrix)

    def _make(self, ref: DMatrix | None, **given: Any) -> DMatrix:
        if self.objective.refits and not RECENT:
            return DMatrix(**given, nthread=self.estimator.n_jobs)
        return self.estimator._create_dmatrix(ref=ref, **given)

    def _parameters(self) -> dict[str, Any]:
        """Return what XGBoost is told: no objective of its own and no metric, but the start."""
        told = self.estimator.get_xgb_params() | {"disable_default_eval_metric": True}
        if self.objective.outputs > 1:
            told["num_class"] = self.objective.outputs
        single = self.objective.outputs == 1
        start = float(self.start[0]) if single else self.start.tolist()
        return told | {"base_score": 0.0 if self.split_start else start}

    def _callbacks(self, judges: Sequence[Judge], verbose: Any) -> list[Any]:
        """Return the user's callbacks and XGBoost's own, in the order that it gives them."""
        then = list(self.estimator.callbacks or ())
        if verbose:
            then.append(EvaluationMonitor(period=int(verbose)))
        rounds = self.estimator.early_stopping_rounds
        if rounds:
            then.append(EarlyStopping(rounds=rounds, maximize=judges[-1].greater_is_better))
        return then

    def _finished(self, model: Booster, leaves: Leaves | None) -> Booster:
        parameters = self.estimator.get_xgb_params()
        if leaves is not None:
            model = leaves.written(model, parameters)
        if self.split_start and model.num_boosted_rounds():
            model = with_start(model, self.start, parameters)
        return model

    def _types(self, X: Any, reference: DMatrix | None) -> Any:  # noqa: N803
        """Return the types of the features; data frames are coded as the training rows are."""
        known: Any = getattr(reference, "get_categories", None)  # there since 3.1
        if known is None or not hasattr(X, "columns") or known().empty():
            return self.estimator.feature_types
        return known()


def _triples(eval_set: Any, weights: Any) -> list[tuple[Any, Any, Any]]:
    pairs = [] if eval_set is None else eval_set
    if not isinstance(pairs, list) or any(
        not isinstance(pair, (tuple, list)) or len(pair) != 2 for pair in pairs
    ):
        raise ArgumentError("eval_set: expected a list of pairs.\nHint: eval_set=[(X, y)].")
    each = [None] * len(pairs) if weights is None else list(weights)
    if len(each) != len(pairs):
        raise ArgumentError(
            f"sample_weight_eval_set has {len(each)} entries, but eval_set has {len(pairs)} pairs."
            f"\nHint: give one for each pair, None where all rows count alike."
        )
    return [(*pair, weight) for pair, weight in zip(pairs, each, strict=True)]
