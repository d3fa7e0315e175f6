"""Rounds of one tree each, for a loss of several raw scores.

CatBoost would ask for the slopes of several raw scores row by row, which takes minutes where it
should take seconds. So each round is a training of its own: one tree, grown on the slopes as
targets of a squared error, and given the leaves that the loss asks for. At the end all trees are
added up.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from catboost import CatBoost, Pool, sum_models

from lossary.adapters.catboost.history import History
from lossary.adapters.catboost.judging import judged
from lossary.adapters.catboost.training import CATEGORIES, ITERATIONS, RATE, Run, plain

Array = np.ndarray
Derivatives = tuple[Array, Array]
LeafRule = Callable[[Array, Derivatives, Array, int], Array]
_MANY = 1 << 16  # rows from which on CatBoost bins them faster by themselves than while it trains
_QUANTISING = (
    "border_count",
    "feature_border_type",
    "per_float_feature_quantization",
    "nan_mode",
    "ignored_features",
    "sparse_features_conflict_fraction",
)
_FOLLOWED = ("od_wait", "od_type", "use_best_model", "metric_period", "verbose")
"""Parameters of the rounds, and not of one of them."""
L2 = 3.0
_STRENGTH = 1.0
"""CatBoost's own defaults."""


def grown(run: Run) -> tuple[CatBoost, dict[str, Any]]:
    """Return CatBoost's model, with the start in it, and what was said of its rounds."""
    history = History(run)
    with TemporaryDirectory() as folder:
        rounds = Rounds(run, Path(folder) / "borders")
        for number in range(int(run.asked.told("iterations", ITERATIONS))):
            rounds.grow(number)
            pairs = zip(rounds.raw, run.sets, strict=True)
            if not history.goes_on(number, [judged(run.judge, *pair) for pair in pairs]):
                break
    model = sum_models(rounds.trees[: history.kept])
    model.set_scale_and_bias(1.0, run.start.tolist())
    model.get_feature_importance(type="PredictionValuesChange")  # as CatBoost's own `fit` does
    return model, history.told


class Rounds:
    """The trees so far, and the raw scores of all rows."""

    def __init__(self, run: Run, borders: Path) -> None:
        self.run, self.borders = run, borders
        self.rate = float(run.asked.told("learning_rate", RATE))
        self.features = [plain(each.features) for each in run.sets]
        self.watched = [self._pool(place) for place in range(1, len(run.sets))]
        pool = self._pool(0)
        pool.quantize(**{name: run.asked.told(name) for name in _QUANTISING})
        pool.save_quantization_borders(str(borders))
        self.raw = [np.tile(run.start, (len(each.target), 1)) for each in run.sets]
        self.trees: list[CatBoost] = []
        self.leaves = _leaf_rule(run)

    def grow(self, number: int) -> None:
        """Grow a tree, fit its leaves, and add it to the raw scores."""
        train = self.run.train
        derivatives = self.run.objective.derivatives(self.raw[0], train.encoded, train.weight)
        pool = self._pool(0, _falls(derivatives[0], train.weight))
        if len(train.target) > _MANY:
            pool.quantize(input_borders=str(self.borders))
        tree = CatBoost(self._parameters(number)).fit(pool)
        leaf = tree.calc_leaf_indexes(pool)[:, 0]
        leaves = int(tree.get_tree_leaf_counts()[0])
        values = self.leaves(self.raw[0], derivatives, leaf, leaves) * self.rate
        tree.set_leaf_values(values.ravel())
        self.trees.append(tree)
        self.raw[0] += values[leaf]
        for raw, pool in zip(self.raw[1:], self.watched, strict=True):
            raw += values[tree.calc_leaf_indexes(pool)[:, 0]]

    def _pool(self, place: int, label: Array | None = None) -> Pool:
        weight = self.run.train.weight if place == 0 else None
        names = self.run.asked.told("cat_features")
        return Pool(self.features[place], label, weight=weight, cat_features=names)

    def _parameters(self, number: int) -> dict[str, Any]:
        asked = self.run.asked
        parameters = {name: v for name, v in asked.parameters.items() if name not in _FOLLOWED}
        return parameters | {
            "loss_function": "MultiRMSE",
            "iterations": 1,
            "learning_rate": 1.0,
            "boost_from_average": False,
            "random_seed": (int(asked.told("random_seed", 0)) + number) % 2**63,
            "random_strength": self._strength(number),
            "leaf_estimation_iterations": 1,
            "leaf_estimation_method": "Gradient",  # the quickest, for nobody reads its leaves
            "simple_ctr": ["Counter"],  # nobody bins labels that no statistics are taken of
            "combinations_ctr": ["Counter"],
            "one_hot_max_size": asked.told("one_hot_max_size", CATEGORIES),
            "input_borders": str(self.borders),
            "has_time": True,
            "logging_level": "Silent",
            "allow_writing_files": False,
        }

    def _strength(self, number: int) -> float:
        """Return the noise on the scores of splits, which CatBoost turns down as trees add up."""
        rows = len(self.run.train.target)
        left = rows * np.exp(-number * self.rate)
        given = float(self.run.asked.told("random_strength", _STRENGTH))
        return given * left / (1 + left) * (1 + rows) / rows


def _falls(slope: Array, weight: Array | None) -> Array:
    """Return how each row falls, as if it counted once: CatBoost weighs it again."""
    if weight is not None:
        slope = slope / np.where(weight > 0, weight, 1.0)[:, None]
    return np.negative(slope).astype(np.float32)


def _leaf_rule(run: Run) -> LeafRule:
    """Return how leaves, of shape (leaves, outputs), come of raw scores, derivatives, places."""
    return _fitted(run) if run.objective.refits else _stepped(run)


def _fitted(run: Run) -> LeafRule:
    pieces = run.objective.apart(run.train.encoded)
    rules = [one.leaf_rule(column, run.train.weight) for one, column in pieces]

    def values(raw: Array, derivatives: Derivatives, leaf: Array, leaves: int) -> Array:
        columns = zip(rules, raw.T, strict=True)
        return np.stack([rule.values(column, leaf, leaves) for rule, column in columns], axis=1)

    return values


def _stepped(run: Run) -> LeafRule:
    """Newton steps, bound as CatBoost binds them."""
    seen, weight = run.train, run.train.weight
    bound = float(run.asked.told("l2_leaf_reg", L2))
    bound *= 1.0 if weight is None else float(weight.mean())
    steps = int(run.asked.told("leaf_estimation_iterations", _steps(run.objective.loss)))

    def values(raw: Array, derivatives: Derivatives, leaf: Array, leaves: int) -> Array:
        found = stepped(derivatives, leaf, leaves)
        for _ in range(steps - 1):
            at = raw + found[leaf]
            found += stepped(run.objective.derivatives(at, seen.encoded, weight), leaf, leaves)
        return found

    def stepped(derivatives: Derivatives, leaf: Array, leaves: int) -> Array:
        fall, bend = (_summed(each, leaf, leaves) for each in derivatives)
        return -fall / np.where(bend + bound > 0, bend + bound, 1.0)

    return values


def _steps(loss: Any) -> int:
    """Return how many steps a leaf takes: those by a bound of the curvature are short."""
    rules = [term.curvature_rule.rule for term in getattr(loss, "terms", (loss,))]
    return 2 if "bound" in rules else 1


def _summed(each: Array, leaf: Array, leaves: int) -> Array:
    columns = [np.bincount(leaf, weights=column, minlength=leaves) for column in each.T]
    return np.stack(columns, axis=1)
