"""What XGBoost would ignore, or what fights with a loss: refused, with what to do instead."""

from typing import Any, NoReturn

from xgboost.callback import TrainingCheckPoint

from lossary.adapters.estimators.objective import Objective
from lossary.adapters.xgboost.model import RECENT
from lossary.errors import ArgumentError

_OF_LOSSES = {
    "num_class": "y says how many classes there are",
    "quantile_alpha": "loss=Quantile(level=...) has it",
    "tweedie_variance_power": "loss=TweedieDeviance(power=...) has it",
    "huber_slope": "loss=Huber(delta=...) is its kin",
}


def refuse_given(base_margin: Any, base_margin_eval_set: Any, xgb_model: Any) -> None:
    """Raise an ArgumentError for what `fit` of XGBoost takes, and this one cannot yet."""
    if base_margin is not None or base_margin_eval_set is not None:
        _refuse(
            "base_margin: boosting starts from the loss's own best constant; a start for each row "
            "could be had, and is not there yet",
            "for counts over an exposure, y=counts / exposure with sample_weight=exposure has the "
            "same optimum",
        )
    if xgb_model is not None:
        _refuse(
            "xgb_model: going on with a fitted model could be had, and is not there yet",
            "fit all n_estimators at once",
        )


def refuse_fight(estimator: Any) -> None:
    """Raise an ArgumentError for a parameter that would take the loss's place."""
    usual = estimator.twin().objective
    if estimator.objective != usual:
        _refuse(
            f"objective={estimator.objective!r}: the loss is the objective",
            f"loss={_LIKE.get(estimator.objective, 'lossary.Huber(delta=1.0)')}",
        )
    if estimator.base_score is not None:
        _refuse(
            f"base_score={estimator.base_score!r}: boosting starts from the loss's own best "
            f"constant, which `explain()` tells",
            "leave it out",
        )
    for name in _OF_LOSSES.keys() & getattr(estimator, "kwargs", {}).keys():
        _refuse(f"{name}: is of XGBoost's own objectives", _OF_LOSSES[name])


_LIKE = {
    "reg:absoluteerror": "lossary.AbsoluteError()",
    "reg:quantileerror": "lossary.Quantile(level=...)",
    "reg:squaredlogerror": "lossary.SquaredLogarithmicError()",
    "reg:tweedie": "lossary.TweedieDeviance(power=...)",
    "count:poisson": "lossary.PoissonNLL()",
    "binary:logistic": "lossary.BinaryCrossEntropy()",
    "binary:hinge": "lossary.Hinge()",
    "multi:softprob": "lossary.CrossEntropy()",
    "multi:softmax": "lossary.CrossEntropy()",
    "reg:squarederror": "lossary.HalfSquaredError()",
}
"""XGBoost's own objectives among the losses."""


def refuse_unfit(estimator: Any, objective: Objective) -> None:
    """Raise an ArgumentError where the trees asked for cannot hold what the loss puts into them."""
    trees = estimator.booster in (None, "gbtree")
    shared = estimator.multi_strategy == "multi_output_tree"
    if not objective.refits:
        if objective.outputs > 1 and not RECENT and (shared or not trees):
            _refuse(
                f"{objective.loss!r} starts from {objective.outputs} numbers, which XGBoost before "
                f"3.1 cannot hold with booster={estimator.booster!r}, "
                f"multi_strategy={estimator.multi_strategy!r}",
                "pip install 'xgboost>=3.1'",
            )
        return
    again = f"{objective.loss!r} has its leaves fitted again after each tree"
    if not trees:
        _refuse(f"{again}, which booster={estimator.booster!r} cannot hold", "booster='gbtree'")
    if shared:
        _refuse(f"{again}, class by class", "multi_strategy='one_output_per_tree'")
    if estimator.monotone_constraints:
        _refuse(
            f"{again}, which would break monotone_constraints",
            "a smooth loss keeps them: lossary.Huber(delta=...), or LogCosh()",
        )
    if any(isinstance(each, TrainingCheckPoint) for each in estimator.callbacks or ()):
        _refuse(
            f"{again}, and they are in the model at the end only, not at a TrainingCheckPoint",
            "leave it out",
        )


def _refuse(said: str, mend: str) -> NoReturn:
    raise ArgumentError(f"{said}.\nHint: {mend}.")
