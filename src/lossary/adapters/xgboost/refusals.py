"""What XGBoost would ignore, or what fights with a loss: refused, with what to do instead."""

from typing import Any

from xgboost.callback import TrainingCheckPoint

from lossary.adapters.estimators.objective import Objective
from lossary.adapters.estimators.refusal import (
    refuse,
    refuse_bent,
    refuse_continuation,
    refuse_offset,
    told_again,
)
from lossary.adapters.xgboost.model import RECENT

_OF_LOSSES = {
    "num_class": "y says how many classes there are",
    "quantile_alpha": "loss=Quantile(level=...) has it",
    "tweedie_variance_power": "loss=TweedieDeviance(power=...) has it",
    "huber_slope": "loss=Huber(delta=...) is its kin",
}


def refuse_given(base_margin: Any, base_margin_eval_set: Any, xgb_model: Any) -> None:
    """Raise an ArgumentError for what `fit` of XGBoost takes, and this one cannot yet."""
    refuse_offset("base_margin", base_margin, base_margin_eval_set)
    refuse_continuation("xgb_model", xgb_model, "n_estimators")


def refuse_fight(estimator: Any) -> None:
    """Raise an ArgumentError for a parameter that would take the loss's place."""
    usual = estimator.twin().objective
    if estimator.objective != usual:
        refuse(
            f"objective={estimator.objective!r}: the loss is the objective",
            f"loss={_LIKE.get(estimator.objective, 'lossary.Huber(delta=1.0)')}",
        )
    if estimator.base_score is not None:
        refuse(
            f"base_score={estimator.base_score!r}: boosting starts from the loss's own best "
            f"constant, which `explain()` tells",
            "leave it out",
        )
    for name in _OF_LOSSES.keys() & getattr(estimator, "kwargs", {}).keys():
        refuse(f"{name}: is of XGBoost's own objectives", _OF_LOSSES[name])


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
            refuse(
                f"{objective.loss!r} starts from {objective.outputs} numbers, which XGBoost before "
                f"3.1 cannot hold with booster={estimator.booster!r}, "
                f"multi_strategy={estimator.multi_strategy!r}",
                "pip install 'xgboost>=3.1'",
            )
        return
    again = told_again(objective)
    if not trees:
        refuse(f"{again}, which booster={estimator.booster!r} cannot hold", "booster='gbtree'")
    if shared:
        refuse(f"{again}, class by class", "multi_strategy='one_output_per_tree'")
    refuse_bent(again, estimator.monotone_constraints)
    if any(isinstance(each, TrainingCheckPoint) for each in estimator.callbacks or ()):
        refuse(
            f"{again}, and they are in the model at the end only, not at a TrainingCheckPoint",
            "leave it out",
        )
