"""Leaves fitted again after each tree of XGBoost, and written into its model at the end."""

from typing import Any

import numpy as np
from xgboost import Booster

from lossary.adapters.estimators.objective import Objective
from lossary.adapters.xgboost.model import (
    leaf_numbers,
    learning_rate,
    page_of,
    read,
    set_leaves,
    trees_of,
)
from lossary.adapters.xgboost.rows import Rows

Array = np.ndarray


class Leaves:
    """The values of all leaves so far, and the raw scores that come of them.

    XGBoost goes on adding up values of its own, which nothing reads: slopes are taken at the raw
    scores kept here, and its values are replaced at the end.
    """

    def __init__(
        self, objective: Objective, start: Array, rows: tuple[Rows, ...], bound: float
    ) -> None:
        pieces = objective.apart(rows[0].encoded)
        self.rules = [one.leaf_rule(target, rows[0].weight) for one, target in pieces]
        self.rows = rows
        self.bound = bound
        start = start.astype(np.float32)  # XGBoost's precision
        self.raw = tuple(objective.tiled(start, len(each.target)) for each in rows)
        self.values: list[Array] = []

    def grow(self, model: Booster) -> None:
        """Fit the leaves of the round's trees, and add them to the raw scores."""
        last = model[model.num_boosted_rounds() - 1 :]
        places = [leaf_numbers(last, each.matrix) for each in self.rows]
        trees = places[0].shape[1]
        share = len(self.rules) / trees  # of several trees for one score, each gives its part
        rate = learning_rate(model) * share
        classes = [int(tree * share) for tree in range(trees)]
        nodes = 1 + int(max(each.max(initial=0) for each in places))
        found = [
            self._fitted(places[0][:, tree], piece, nodes) * np.float32(rate)
            for tree, piece in enumerate(classes)
        ]
        for raw, place in zip(self.raw, places, strict=True):
            columns = raw.reshape(len(raw), -1)
            for tree, piece in enumerate(classes):
                columns[:, piece] += found[tree][place[:, tree]]
        self.values += found

    def written(self, model: Booster, parameters: dict[str, Any]) -> Booster:
        """Return the model with these values in it."""
        page = page_of(model)
        for tree, values in zip(trees_of(page), self.values, strict=False):  # some may be cut off
            set_leaves(tree, values.tolist())
        return read(page, parameters)

    def _fitted(self, place: Array, piece: int, nodes: int) -> Array:
        """Return a value for every node, in the precision of XGBoost."""
        raw = self.raw[0].reshape(len(place), -1)[:, piece]
        found = self.rules[piece].values(raw, place, nodes)
        return np.clip(found, -self.bound, self.bound).astype(np.float32)
