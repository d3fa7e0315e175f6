"""A training run of LightGBM: rows to watch, the call of its own `fit`, the finished model."""

from inspect import signature
from typing import Any

import numpy as np
from lightgbm import Booster, LGBMModel

from lossary.adapters.lightgbm.growing import Growing
from lossary.errors import ArgumentError

Array = np.ndarray
LEARNED = (
    "_Booster",
    "_evals_result",
    "_best_score",
    "_best_iteration",
    "_n_features",
    "_n_features_in",
    "_fitted_with_feature_names",
    "fitted_",
)
"""Where LightGBM's estimators keep what they have learned."""


def train(
    host: LGBMModel,
    growing: Growing,
    callbacks: list[Any] | None,
    names: list[str] | None,
    columns: dict[str, Any],
) -> None:
    """Let one of LightGBM's own estimators train; its model then holds the start."""
    told: dict[str, Any] = {"objective": growing.slopes(), "metric": "None"}
    if growing.objective.outputs > 1:
        told["num_class"] = growing.objective.outputs
    host.set_params(**told)
    host.fit(
        growing.features,
        growing.label,
        init_score=growing.objective.tiled(growing.start, len(growing.label)),
        **_watched(growing, names),
        callbacks=[*growing.callbacks(), *(callbacks or ())],
        **columns,
    )
    _begin_at(host.booster_, growing.start)


def learned(host: LGBMModel) -> dict[str, Any]:
    """Return what an estimator has learned, by the names of its attributes."""
    return {name: vars(host)[name] for name in LEARNED if name in vars(host)}


def pairs_of(eval_set: Any, features: Any, targets: Any) -> list[tuple[Any, Any]]:
    """Return pairs of features and targets, however they were given.

    Raises:
        ArgumentError: they were given in both ways, or half.
    """
    if eval_set is not None and (features is not None or targets is not None):
        raise ArgumentError("eval_set and eval_X, eval_y say the same: give one of them.")
    if (features is None) != (targets is None):
        raise ArgumentError("eval_X and eval_y go together: give both.")
    if eval_set is not None:
        return [eval_set] if isinstance(eval_set, tuple) else list(eval_set)
    if features is None:
        return []
    several = isinstance(features, tuple)
    return list(zip(features, targets, strict=True)) if several else [(features, targets)]


def one_each(given: Any, name: str, pairs: list[Any]) -> list[Any]:
    """Return one entry for each pair; None where nothing was given.

    Raises:
        ArgumentError: there are more or fewer.
    """
    if given is None:
        return [None] * len(pairs)
    if len(given) != len(pairs):
        raise ArgumentError(
            f"{name} has {len(given)} entries, but there are {len(pairs)} pairs to judge.\n"
            f"Hint: give a list with one for each pair, None where all rows count."
        )
    return [given.get(i) for i in range(len(pairs))] if isinstance(given, dict) else list(given)


def _watched(growing: Growing, names: list[str] | None) -> dict[str, Any]:
    if not growing.watched:
        return {}
    features = tuple(each.features for each in growing.watched)
    labels = tuple(growing.label_of(number + 1) for number in range(len(features)))
    starts = [growing.objective.tiled(growing.start, len(each)) for each in labels]
    told = {
        "eval_names": names,
        "eval_metric": growing.said(),
        "eval_init_score": starts,
    }
    if "eval_X" in signature(LGBMModel.fit).parameters:  # there since 4.7, for eval_set
        return told | {"eval_X": features, "eval_y": labels}
    return told | {"eval_set": list(zip(features, labels, strict=True))}


def _begin_at(booster: Booster, start: Array) -> None:
    """Put the start into the leaves of the first tree of each raw score."""
    told = booster.dump_model(num_iteration=1)["tree_info"]
    for info, value in zip(told, start.tolist(), strict=True):
        tree = info["tree_index"]
        for leaf in range(info["num_leaves"]):
            booster.set_leaf_output(tree, leaf, booster.get_leaf_output(tree, leaf) + value)
