"""XGBoost's model as plain data: where its trees keep the values of their leaves."""

import json
from typing import Any

import numpy as np
import xgboost
from xgboost import Booster, DMatrix

Array = np.ndarray
_LEAF = -1  # the left child of a node that has none
RECENT = tuple(map(int, xgboost.__version__.split(".")[:2])) >= (3, 1)
"""Whether XGBoost can hold a start of several numbers, and find the leaves of binned rows."""


def page_of(booster: Booster) -> dict[str, Any]:
    """Return the model as XGBoost's JSON has it."""
    return json.loads(booster.save_raw("json"))


def read(page: dict[str, Any], parameters: dict[str, Any]) -> Booster:
    """Return the model of a page; it predicts the same, number for number."""
    return Booster(parameters, model_file=bytearray(json.dumps(page).encode()))


def trees_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the trees of a page in the order in which they grew."""
    return page["learner"]["gradient_booster"]["model"]["trees"]


def set_leaves(tree: dict[str, Any], values: list[float]) -> None:
    """Give each leaf its value, by the number of its node; one that no row has met gets zero."""
    for node, left in enumerate(tree["left_children"]):
        if left == _LEAF:
            value = values[node] if node < len(values) else 0.0
            tree["split_conditions"][node] = value  # of other nodes, this is where they split
            tree["base_weights"][node] = value


def leaf_numbers(model: Booster, matrix: DMatrix) -> Array:
    """Return the node in which each row ends, of shape (n, trees)."""
    found = model.predict(matrix, pred_leaf=True, validate_features=False)
    return found.reshape(len(found), -1).astype(np.int32)


def learning_rate(model: Booster) -> float:
    """Return the learning rate of the round, which a callback may have changed."""
    told = json.loads(model.save_config())["learner"]["gradient_booster"]["tree_train_param"]
    return float(told["learning_rate"])


def with_start(model: Booster, start: Array, parameters: dict[str, Any]) -> Booster:
    """Return the model with a start of several numbers in the first tree of each of them."""
    page = page_of(model)
    classes = page["learner"]["gradient_booster"]["model"]["tree_info"]
    for place, more in enumerate(start.tolist()):
        first = trees_of(page)[classes.index(place)]
        set_leaves(first, [value + more for value in first["split_conditions"]])
    return read(page, parameters)
