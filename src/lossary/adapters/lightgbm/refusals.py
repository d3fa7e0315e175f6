"""What LightGBM would ignore, or what fights with a loss: refused, with what to do instead."""

from typing import Any

from lossary.adapters.estimators.objective import Objective
from lossary.adapters.estimators.refusal import (
    refuse,
    refuse_bent,
    refuse_continuation,
    refuse_offset,
    told_again,
)

NAMES = {
    "objective": ("objective", "objective_type", "app", "application"),
    "metric": ("metric", "metrics", "metric_types"),
    "boosting_type": ("boosting", "boost", "boosting_type"),
    "linear_tree": ("linear_tree", "linear_trees"),
    "monotone_constraints": (
        "monotone_constraints",
        "mc",
        "monotone_constraint",
        "monotonic_cst",
    ),
    "min_child_weight": (
        "min_sum_hessian_in_leaf",
        "min_sum_hessian_per_leaf",
        "min_sum_hessian",
        "min_hessian",
        "min_child_weight",
    ),
    "min_child_samples": (
        "min_data_in_leaf",
        "min_data_per_leaf",
        "min_data",
        "min_samples_leaf",
        "min_child_samples",
    ),
    "min_split_gain": ("min_gain_to_split", "min_split_gain"),
    "reg_lambda": ("lambda_l2", "lambda", "reg_lambda"),
}
"""The names of LightGBM for one thing, those that win where there are several first."""
_OF_LOSSES = {
    "num_class": "y says how many classes there are",
    "num_classes": "y says how many classes there are",
    "alpha": "loss=Quantile(level=...) or loss=Huber(delta=...) has it",
    "fair_c": "loss=LogCosh() is the like of it",
    "poisson_max_delta_step": "max_delta_step bounds the steps of any loss",
    "tweedie_variance_power": "loss=TweedieDeviance(power=...) has it",
    "reg_sqrt": "transform y with sklearn.compose.TransformedTargetRegressor",
    "sigmoid": "scale the scores with the learning rate",
    "is_unbalance": "class_weight='balanced' does it",
    "unbalance": "class_weight='balanced' does it",
    "unbalanced_sets": "class_weight='balanced' does it",
    "scale_pos_weight": "class_weight={0: 1, 1: ...} does it",
    "boost_from_average": "boosting starts from the loss's own best constant, always",
}
_LIKE = {
    "regression": "HalfSquaredError()",
    "l2": "HalfSquaredError()",
    "mse": "HalfSquaredError()",
    "rmse": "HalfSquaredError()",
    "regression_l1": "AbsoluteError()",
    "l1": "AbsoluteError()",
    "mae": "AbsoluteError()",
    "huber": "Huber(delta=...)",
    "quantile": "Quantile(level=...)",
    "mape": "AbsolutePercentageError()",
    "poisson": "PoissonNLL()",
    "tweedie": "TweedieDeviance(power=...)",
    "binary": "BinaryCrossEntropy()",
    "cross_entropy": "BinaryCrossEntropy()",
    "multiclass": "CrossEntropy()",
    "multiclassova": "BinaryCrossEntropy()",
}
"""LightGBM's own objectives among the losses."""


def given(parameters: dict[str, Any], name: str) -> Any:
    """Return a parameter by any of its names, or None."""
    found = (parameters.get(each) for each in NAMES[name])
    return next((value for value in found if value is not None), None)


def refuse_given(init_score: Any, eval_init_score: Any, init_model: Any) -> None:
    """Raise an ArgumentError for what `fit` of LightGBM takes, and this one cannot yet."""
    refuse_offset("init_score", init_score, eval_init_score)
    refuse_continuation("init_model", init_model, "n_estimators")


def refuse_fight(estimator: Any) -> None:
    """Raise an ArgumentError for a parameter that would take the loss's place, or do nothing."""
    parameters = estimator.get_params(deep=False) | {"objective": estimator.objective}
    objective = given(parameters, "objective")
    if objective is not None:
        like = _LIKE.get(objective, "Huber(delta=1.0)") if isinstance(objective, str) else "..."
        refuse(f"objective={objective!r}: the loss is the objective", f"loss=lossary.{like}")
    metric = given(parameters, "metric")
    if metric not in (None, "", "None", "none", [], ["None"]):
        refuse(
            f"metric={metric!r}: LightGBM's own metrics would judge raw scores",
            "fit(..., eval_metric=...) takes a loss, or a function of targets and predictions",
        )
    for name in _OF_LOSSES.keys() & parameters.keys():
        refuse(f"{name}: is of LightGBM's own objectives", _OF_LOSSES[name])
    if given(parameters, "boosting_type") in ("rf", "random_forest"):
        refuse(
            "boosting_type='rf': LightGBM grows forests with its own objectives only",
            "boosting_type='gbdt'",
        )
    if given(parameters, "linear_tree"):
        refuse(
            "linear_tree=True: LightGBM lets nobody add the loss's best constant to leaves that "
            "are linear",
            "leave it out",
        )


def refuse_unfit(estimator: Any, objective: Objective) -> None:
    """Raise an ArgumentError where leaves that are fitted again would break what is asked for."""
    parameters = estimator.get_params(deep=False)
    if estimator.class_weight is not None and not hasattr(estimator, "classes_"):
        refuse("class_weight: is for classes", "weigh rows with fit(..., sample_weight=...)")
    if not objective.refits:
        return
    again = told_again(objective)
    if given(parameters, "boosting_type") == "dart":
        refuse(f"{again}, which boosting_type='dart' would scale again", "boosting_type='gbdt'")
    refuse_bent(again, given(parameters, "monotone_constraints"))
