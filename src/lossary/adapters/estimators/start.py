"""The best constant raw scores of some targets: where a model of them should start."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq

from lossary.errors import ArgumentError
from lossary.heads import Many, best_constant

Array = np.ndarray
Judged = Callable[[Array], float]
_FEW = 4096  # rows that show about where the best constant lies
_WIDENINGS = 16
_LEAST = 1e-9  # the share of a class that weighs nothing


def start(objective: Any, target: Array, weight: Array | None = None) -> Array:
    """Return raw scores, of shape (outputs,), at which an objective's weighted loss is smallest.

    Raises:
        ArgumentError: there is none, since no row weighs anything, or every target is zero where
            the logarithm of their mean is sought.
    """
    target, weight = _felt(target, weight)
    pieces = objective.apart(target)
    if len(pieces) > 1:
        return np.concatenate([start(one, column, weight) for one, column in pieces])
    low, high = _reach(objective, target)
    target, weight = _folded(target, weight)
    if objective.refits and objective.outputs == 1:
        nowhere = np.zeros(len(target))
        return objective.leaf_values(nowhere, target, weight, nowhere.astype(np.int64), 1)
    near = _near(objective, target, weight, low, high)
    judged, derivatives = _sums(objective, target, weight)
    if objective.outputs == 1:
        return np.array([_rooted(lambda raw: derivatives(raw)[0], near[0], high[0] - low[0])])

    def steps(raw: Array) -> Array:
        slope, curvature = derivatives(raw)
        return slope / curvature

    return best_constant(judged, near, near, steps)


def _near(objective: Any, target: Array, weight: Array | None, low: Array, high: Array) -> Array:
    """Return raw scores not far from the best: some rows show where, or the shares of classes."""
    if isinstance(objective.head, Many):
        # Only their differences matter: begun elsewhere, they would end elsewhere.
        label = target.argmax(axis=-1) if target.ndim == 2 else target
        counts = np.bincount(label, weights=weight, minlength=objective.head.k)
        return np.log(np.maximum(counts / counts.sum(), _LEAST))
    few = slice(None, None, max(len(target) // _FEW, 1))
    judged, _ = _sums(objective, target[few], None if weight is None else weight[few])
    return best_constant(judged, low, high)


def _rooted(slope: Callable[[float], float], near: float, reach: float) -> float:
    """Return where a slope is zero, or jumps past it, not far from a place; else that place."""
    step = 1e-3 * reach
    left, right = near - step, near + step
    for _ in range(_WIDENINGS):
        falls, rises = slope(left) <= 0, slope(right) >= 0
        if falls and rises:
            exact = 1e-16 * max(abs(left), abs(right), 1e-290)
            return float(brentq(slope, left, right, xtol=exact, rtol=1e-15))
        step *= 4
        left, right = (left if falls else left - step), (right if rises else right + step)
    return near


def _sums(
    objective: Any, target: Array, weight: Array | None
) -> tuple[Judged, Callable[[Any], tuple[Any, Any]]]:
    """Return two functions of constant raw scores: the mean loss, and sums of its derivatives."""
    rows = len(target)

    def judged(raw: Array) -> float:
        return objective.value(objective.tiled(raw, rows), target, weight)

    def derivatives(raw: Any) -> tuple[Any, Any]:
        with np.errstate(all="ignore"):  # what overflows far out has a sign all the same
            found = objective.derivatives(objective.tiled(raw, rows), target, weight)
            return found[0].sum(axis=0), found[1].sum(axis=0)

    return judged, derivatives


def _reach(objective: Any, target: Array) -> tuple[Array, Array]:
    with np.errstate(divide="ignore"):
        told = target.argmax(axis=-1) if target.ndim == 2 else target
        low, high, _ = objective.head.reach(told)
    if not np.isfinite([low, high]).all():
        raise ArgumentError(
            f"every target is zero, but {objective.loss!r} learns the logarithm of their mean."
        )
    return low, high


def _felt(target: Array, weight: Array | None) -> tuple[Array, Array | None]:
    if weight is None or weight.all():
        return target, weight
    rows = np.flatnonzero(weight)
    if not len(rows):
        raise ArgumentError("every weight is zero, so that there is no row to start from.")
    return target[rows], weight[rows]


def _folded(target: Array, weight: Any) -> tuple[Array, Array | None]:
    """Count equal targets once, where there are few different ones."""
    if target.ndim == 2:
        label = target.argmax(axis=-1)
        counts = np.bincount(label, weights=weight, minlength=target.shape[1])
        return np.eye(target.shape[1])[counts > 0], counts[counts > 0]
    some = target[:: max(len(target) // _FEW, 1)]
    if 2 * len(np.unique(some)) > len(some):
        return target, weight
    known, place = np.unique(target, return_inverse=True)
    return known, np.bincount(place, weights=weight).astype(float)
