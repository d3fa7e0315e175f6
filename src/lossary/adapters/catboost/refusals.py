"""What CatBoost would ignore, or what fights with a loss: refused, with what to do instead."""

from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostRegressor, Pool

from lossary.adapters.catboost.training import CATEGORIES, Asked
from lossary.adapters.estimators.objective import Objective
from lossary.adapters.estimators.refusal import (
    refuse,
    refuse_bent,
    refuse_continuation,
    refuse_offset,
)
from lossary.errors import nearest

_FIT = {
    "column_description": "give X and y as arrays or data frames",
    "graph": "graph features could be had, and are not there yet",
}
"""What CatBoost's `fit` takes, and this one cannot yet."""
_PARAMETERS = {
    "custom_metric": "eval_metric takes a loss, or a function of targets and predictions",
    "eval_fraction": "split the rows yourself: fit(..., eval_set=(X, y))",
    "boost_from_average": "boosting starts from the loss's own best constant, always",
    "classes_count": "y says which classes there are",
    "class_names": "y says which classes there are",
    "target_border": "give classes as y",
    "callback": "fit(..., callbacks=[...]) takes them",
}
_SHIFTING = (
    "model_shrink_rate",
    "langevin",
    "diffusion_temperature",
    "posterior_sampling",
    "save_snapshot",
)
"""What moves CatBoost's own scores beside its trees, or keeps them alone."""
_LIKE = {
    "RMSE": "HalfSquaredError()",
    "MAE": "AbsoluteError()",
    "Quantile": "Quantile(level=...)",
    "MAPE": "AbsolutePercentageError(floor=1.0)",
    "Huber": "Huber(delta=...)",
    "LogCosh": "LogCosh()",
    "Poisson": "PoissonNLL()",
    "Tweedie": "TweedieDeviance(power=...)",
    "RMSEWithUncertainty": "GaussianNLL()",
    "Logloss": "BinaryCrossEntropy()",
    "Focal": "SigmoidFocal(alpha=..., gamma=...)",
    "MultiClass": "CrossEntropy()",
    "MultiClassOneVsAll": "BinaryCrossEntropy()",
}
"""CatBoost's own losses among ours."""


def refuse_given(asked: Asked, features: Any, watched: Any) -> None:
    """Raise an ArgumentError for what `fit` of CatBoost takes, and this one cannot yet."""
    refuse_offset("baseline", asked.options.get("baseline"))
    refuse_continuation("init_model", asked.options.get("init_model"), "iterations")
    for name in _FIT:
        if asked.options.get(name) is not None:
            refuse(f"fit({name}=...)", _FIT[name])
    for name in asked.options.keys() - signature(CatBoostRegressor.fit).parameters.keys():
        refuse(f"fit({name}=...)", nearest(name, signature(CatBoostRegressor.fit).parameters)[:-1])
    several = watched if isinstance(watched, list) else [watched]
    if any(isinstance(each, (Pool, str, Path)) for each in (features, *several)):
        refuse(
            "a Pool or a file keeps its targets in single precision, and to itself",
            "fit(X, y, sample_weight=..., cat_features=..., eval_set=(X, y))",
        )
    for each in several if watched is not None else ():
        if not isinstance(each, (tuple, list)) or len(each) != 2:
            refuse("eval_set is no pair (X, y), and no list of pairs", "eval_set=[(X, y)]")


def refuse_fight(asked: Asked) -> None:
    """Raise an ArgumentError for a parameter that would take the loss's place, or do nothing."""
    own = asked.told("loss_function")
    if own is not None:
        like = _LIKE.get(str(own).partition(":")[0], "Huber(delta=1.0)")
        refuse(f"loss_function={own!r}: the loss takes its place", f"loss=lossary.{like}")
    for name in _PARAMETERS:
        if asked.told(name) is not None:
            refuse(f"{name}={asked.told(name)!r}", _PARAMETERS[name])
    if asked.told("task_type") == "GPU":
        refuse("task_type='GPU': CatBoost takes losses of others on the CPU only", "leave it out")


def refuse_unfit(objective: Objective, asked: Asked, features: Any) -> None:
    """Raise an ArgumentError where CatBoost cannot do with this loss what it is asked for."""
    if objective.outputs > 1:
        _refuse_rounds(objective, asked)
        _refuse_many(objective, asked, features)
    if objective.outputs > 1 or objective.refits:
        _refuse_leaves(objective, asked)


def _refuse_rounds(objective: Objective, asked: Asked) -> None:
    """Refuse what is lost where each tree has a training of its own."""
    again = (
        f"{objective.loss!r} has {objective.outputs} raw scores, and each tree a training of its "
        f"own, which forgets"
    )
    for kind in ("text", "embedding"):
        if asked.features(kind):
            refuse(f"{again} statistics of {kind}_features", "leave them out")
    for name in ("first_feature_use_penalties", "per_object_feature_penalties", "plot"):
        if asked.told(name):
            refuse(f"{again} {name}", "leave it out")
    if asked.told("od_type", "Iter") != "Iter" or asked.told("od_pval"):
        refuse(f"{again} od_type and od_pval", "early_stopping_rounds=...")


def _refuse_many(objective: Objective, asked: Asked, features: Any) -> None:
    """Refuse more categories than can be told apart without statistics."""
    most = int(asked.told("one_hot_max_size", CATEGORIES))
    for name in asked.told("cat_features", ()):
        column = features[name] if isinstance(name, str) else _column(features, name)
        count = len(set(np.asarray(column).tolist()))
        if count > most:
            refuse(
                f"{objective.loss!r} has {objective.outputs} raw scores, and each tree a training "
                f"of its own: categories are told apart one by one, at most {most}, but "
                f"{name!r} has {count}",
                "sklearn.preprocessing.TargetEncoder turns them into numbers",
            )


def _column(features: Any, place: int) -> Any:
    return features.iloc[:, place] if hasattr(features, "iloc") else np.asarray(features)[:, place]


def _refuse_leaves(objective: Objective, asked: Asked) -> None:
    """Refuse what cannot be had of leaves that are not CatBoost's own."""
    why = "leaves fitted again after each tree" if objective.refits else "leaves of its own"
    again = f"{objective.loss!r} has {why}"
    usual = {
        "boosting_type": "Plain",
        "leaf_estimation_method": "Exact" if objective.refits else "Newton",
    } | ({"leaf_estimation_iterations": 1} if objective.refits else {})
    for name, only in usual.items():
        if asked.told(name, only) != only:
            refuse(f"{again}, and {name}={asked.told(name)!r} is lost on them", f"{name}={only!r}")
    refuse_bent(again, asked.told("monotone_constraints"))
    for name in _SHIFTING:
        if asked.told(name):
            refuse(f"{again}, and {name} would not know of them", "leave it out")
    if objective.refits and asked.features("text"):
        refuse(f"{again}, for which labels are numbers that no text is of", "leave texts out")
