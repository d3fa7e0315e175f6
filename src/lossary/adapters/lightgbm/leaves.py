"""Leaves fitted again after each tree of LightGBM, and the raw scores that come of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lightgbm import Booster
from scipy import sparse

from lossary.adapters.estimators.leaf_passes import add, told
from lossary.adapters.estimators.objective import Objective

Array = np.ndarray
_MOST = 1 << 22  # entries of a table that tells leaves by their values


@dataclass(frozen=True, eq=False)
class Tree:
    """The values of a tree's leaves: those that LightGBM gave them, and those fitted again."""

    old: Array
    new: Array


class Followed:
    """The raw scores of some rows, kept beside LightGBM's own, which only tell the leaves.

    LightGBM adds the values that it gave to the leaves itself, and goes on doing so. By how much
    its score of a row has changed says which leaf the row is in, with no look at its features.
    """

    def __init__(self, features: Any, start: Array, rows: int) -> None:
        self.features = features
        self.own = np.tile(start[:, None], (1, rows))
        self.host = self.own.copy()

    @property
    def raw(self) -> Array:
        """Raw scores of shape (n,), or (n, outputs)."""
        return self.own[0] if len(self.own) == 1 else self.own.T

    def leaves(self, booster: Booster, place: int, scores: Array, old: Array) -> Array:
        """Return the leaf that each row fell into, in the last round's tree of this place.

        `old` are the values that LightGBM has added; `scores`, what it then had, are kept.
        """
        found = leaf_numbers(self.host[place], scores, old)
        rows = np.flatnonzero(found < 0)
        if len(rows):  # of leaves whose values are equal: only the features can tell them apart
            rounds = booster.num_trees() // len(self.own)
            number = booster.predict(
                _readable(self.features, rows),
                start_iteration=rounds - 1,
                num_iteration=1,
                pred_leaf=True,
            )
            found[rows] = np.asarray(number).reshape(len(rows), -1)[:, place]
        return found

    def follow(self, place: int, leaf: Array, tree: Tree) -> None:
        """Add the values of a tree whose leaves were fitted again."""
        add(self.own[place], tree.new, leaf)


class Leaves:
    """What is fitted again after each round, of the rows that train and of those watched."""

    def __init__(
        self, objective: Objective, start: Array, seen: Any, features: Any, watched: Sequence[Any]
    ) -> None:
        pieces = objective.apart(seen.encoded)
        self.rules = [one.leaf_rule(column, seen.weight) for one, column in pieces]
        given = [(features, seen), *((each.features, each.seen) for each in watched)]
        self.rows = [Followed(X, start, len(each.target)) for X, each in given]
        self.trees = 0
        self.known = [0] * len(given)
        """Up to which tree the rows have been followed."""
        self.last: list[Tree | None] = []

    @property
    def raw(self) -> Array:
        """Raw scores of the rows that train."""
        return self.rows[0].raw

    def settle(self, booster: Booster) -> None:
        """Fit the leaves of the trees that grew last, if any did, and write them into the model."""
        outputs = len(self.rules)
        grown = booster.num_trees() - self.trees
        if grown <= 0:
            return
        self.trees += grown
        told = booster.dump_model(start_iteration=self.trees // outputs - 1, num_iteration=1)
        scores = _columns(_scores(booster), outputs)
        self.last = [
            self._fitted(booster, place, info, scores[place])
            for place, info in enumerate(told["tree_info"])
        ]
        self.known[0] = self.trees

    def watch(self, booster: Booster, number: int, scores: Array) -> Array:
        """Return the raw scores of some rows, given LightGBM's own; the first rows train."""
        self.settle(booster)
        rows = self.rows[number]
        if self.known[number] < self.trees:
            self.known[number] = self.trees
            for place, column in enumerate(_columns(scores, len(self.rules))):
                tree = self.last[place]
                if tree is not None:
                    leaf = rows.leaves(booster, place, column, tree.old)
                    rows.follow(place, leaf, tree)
        return rows.raw

    def _fitted(
        self, booster: Booster, place: int, info: dict[str, Any], scores: Array
    ) -> Tree | None:
        number, count = info["tree_index"], info["num_leaves"]
        if count < 2:
            return None
        old = np.array([booster.get_leaf_output(number, leaf) for leaf in range(count)])
        rows, rule = self.rows[0], self.rules[place]
        leaf = rows.leaves(booster, place, scores, old)
        new = rule.values(rows.own[place], leaf, count) * info["shrinkage"]
        for each, value in enumerate(new.tolist()):
            booster.set_leaf_output(number, each, value)
        tree = Tree(old, new)
        rows.follow(place, leaf, tree)
        return tree


def leaf_numbers(before: Array, after: Array, values: Array) -> Array:
    """Return which of the values was added to each score; -1 where two or more are too much alike.

    `before` becomes `after`.
    """
    order = np.argsort(values)
    known = values[order]
    # Adding rounds each score, and the step back rounds again; and a table has an end.
    blur = np.finfo(float).eps * (max(abs(after.min()), abs(after.max())) + np.abs(known).max())
    gaps = np.diff(known)
    apart = gaps > max(256 * blur, 4 * (known[-1] - known[0]) / _MOST)
    fine = 4 / gaps[apart].min() if apart.any() else 1.0
    first, last = np.append(True, apart), np.append(apart, True)
    low, high = (
        np.rint((known[each] - known[0]) * fine).astype(np.int64) for each in (first, last)
    )
    number = np.where(first & last, order, -1)[first].astype(np.int32)
    ends = [0, *(low[1:] + high[:-1]) // 2 + 1, high[-1] + 2]
    table = np.repeat(number, np.diff(ends))
    return told(before, after, known[0] - 0.5 / fine, fine, table)


def _readable(features: Any, rows: Array) -> Any:
    """Return some rows as LightGBM's own model reads them: its estimators take more kinds."""
    if hasattr(features, "iloc"):
        return features.iloc[rows]
    if hasattr(features, "columns"):  # of Arrow and Polars
        return features.take(rows) if hasattr(features, "take") else features[rows]
    straight = sparse.csr_matrix if sparse.issparse(features) else np.asarray
    return straight(features)[rows]


def _columns(scores: Array, outputs: int) -> Array:
    """Return scores as (outputs, n), as LightGBM keeps them."""
    return scores.reshape(1, -1) if outputs == 1 else scores.T


def _scores(booster: Booster) -> Array:
    """Return LightGBM's own raw scores of the rows that it trains on."""
    found: list[Array] = []

    def keep(scores: Array, _: Any) -> list[Any]:
        found.append(scores)
        return []

    booster.eval_train(keep)
    return found[0]
