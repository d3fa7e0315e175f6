"""Calls any booster's objective in one way, for an array of two: the gradient and the Hessian."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossary.adapters.foreign.booster import Rows
from lossary.adapters.foreign.host import Array

MISSING = {"LightGBM": None, "XGBoost": np.zeros(0, np.float32)}


@dataclass
class DatasetCall:
    """LightGBM's and XGBoost's own way: objective(scores, rows), where rows know their labels."""

    objective: Any
    settings: dict[str, Any]
    library: str
    """LightGBM or XGBoost: what rows without weights answer."""
    layout: str | None = None
    """How the scores of several classes are handed over: rows, or classes one after another."""
    left: dict[str, Array] = field(default_factory=dict)
    """What the last call left in the arrays that it was handed, where it wrote into them."""
    group: tuple[int, ...] = ()
    """How many rows each query has; all rows are one query where nothing is said."""

    def __call__(self, prediction: Array, target: Array, weight: Any = None) -> Array:
        if prediction.ndim == 2 and self.layout is None:
            self.layout = self._found(prediction, target)
        return self._over(prediction, target, weight, self.layout or "rows")

    def _over(self, prediction: Array, target: Array, weight: Any, layout: str) -> Array:
        own = None if weight is None else np.array(weight)
        rows = Rows(np.array(target), own, MISSING[self.library], self.group)
        handed = prediction.copy() if layout == "rows" else prediction.ravel(order="F")
        before = {"scores": handed.copy(), "labels": target, "weights": weight}
        found = self.objective(handed, rows, **self.settings)
        self.left = written(before, {"scores": handed, "labels": rows.label, "weights": own})
        return shaped(found, prediction.shape, layout)

    def _found(self, prediction: Array, target: Array) -> str | None:
        """Find the layout in which the first row moves its own slopes only."""
        moved = prediction.copy()
        moved[0, 0] += 1.0
        for layout in ("rows", "classes"):
            try:
                before, after = (
                    self._over(each, target, None, layout)[0] for each in (prediction, moved)
                )
            except Exception:  # anything: the loss is somebody else's
                continue
            if np.array_equal(before[1:], after[1:]) and not np.array_equal(before, after):
                return layout
        return None


@dataclass
class EstimatorCall:
    """The estimators' way: objective(labels, scores[, weights])."""

    objective: Any
    settings: dict[str, Any]
    label_first: bool
    weight: str | None
    """Name of the parameter that takes weights, if there is one."""
    weight_required: bool = False
    grouped: str | None = None
    """Name of the parameter that takes the sizes of queries, if there is one."""
    group: tuple[int, ...] = ()
    left: dict[str, Array] = field(default_factory=dict)
    """What the last call left in the arrays that it was handed, where it wrote into them."""

    def __call__(self, prediction: Array, target: Array, weight: Any = None) -> Array:
        arrays = (target.copy(), prediction.copy())
        given = {**self.settings, **self._more(len(target), weight)}
        found = self.objective(*(arrays if self.label_first else arrays[::-1]), **given)
        before = {"scores": prediction, "labels": target}
        self.left = written(before, {"scores": arrays[1], "labels": arrays[0]})
        return shaped(found, prediction.shape, "rows")

    def _more(self, rows: int, weight: Any) -> dict[str, Any]:
        """Return what is handed over beside labels and scores."""
        more: dict[str, Any] = {}
        if self.weight is not None and (weight is not None or self.weight_required):
            more[self.weight] = np.ones(rows) if weight is None else np.array(weight)
        if self.grouped is not None:
            more[self.grouped] = np.array(self.group or (rows,))
        return more


@dataclass
class CatBoostCall:
    """CatBoost's way: derivatives of what is maximised, row by row; here their sign is turned."""

    objective: Any
    settings: dict[str, Any] = field(default_factory=dict)

    def __call__(self, prediction: Array, target: Array, weight: Any = None) -> Array:
        if prediction.ndim == 2:
            return self._classes(prediction, target, weight)
        weights = None if weight is None else list(weight)
        found = self.objective.calc_ders_range(prediction.tolist(), target.tolist(), weights)
        pairs = np.asarray([tuple(each) for each in found], dtype=np.float64)
        return -pairs.T

    def matrix(self, scores: Array, label: Any) -> tuple[Array, Array]:
        """Return first and second derivatives of one row, as CatBoost takes them."""
        first, second = self.objective.calc_ders_multi(list(scores), label, 1.0)
        return np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)

    def _classes(self, prediction: Array, target: Array, weight: Any) -> Array:
        weights = np.ones(len(target)) if weight is None else weight
        found = [
            self.objective.calc_ders_multi(list(p), t, w)
            for p, t, w in zip(prediction, target, weights, strict=True)
        ]
        gradient = np.asarray([each[0] for each in found], dtype=np.float64)
        hessian = np.asarray([np.diagonal(np.asarray(each[1])) for each in found])
        return -np.stack([gradient, hessian.astype(np.float64)])


def written(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Array]:
    """Return the arrays that have changed."""
    return {
        name: array
        for name, array in after.items()
        if array is not None and not np.array_equal(array, before[name], equal_nan=True)
    }


class NoPairError(TypeError):
    """What came back is no gradient with a Hessian."""


class UnevenError(ValueError):
    """Gradient and Hessian do not have one number for each score."""


def shaped(found: Any, shape: tuple[int, ...], layout: str) -> Array:
    """Read what an objective returned; raise where it is no pair of arrays of the right size."""
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise NoPairError("an objective returns a pair: the gradient and the Hessian")
    sizes = [_size(each) for each in found]
    rows = int(np.prod(shape))
    if sizes[0] == rows != sizes[1] or (len(shape) == 1 < rows and sizes == [rows**2] * 2):
        told = "gradient and Hessian have {} and {} numbers for {} scores"
        raise UnevenError(told.format(*sizes, rows))
    return np.stack([_one(each, shape, layout) for each in found])


def _size(found: Any) -> int:
    return int(np.size(found.detach() if hasattr(found, "detach") else found))


def _one(found: Any, shape: tuple[int, ...], layout: str) -> Array:
    array = np.asarray(found.detach() if hasattr(found, "detach") else found)
    if array.dtype.kind not in "fiub":
        raise NoPairError("an objective returns arrays of numbers")
    if array.size != int(np.prod(shape)):
        raise ValueError(f"the scores have the shape {shape}, a result has {array.shape}")
    return array.reshape(shape, order="F" if layout == "classes" and array.ndim == 1 else "C")
