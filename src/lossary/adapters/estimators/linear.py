"""The best linear model for a loss and an L1 or L2 penalty: by L-BFGS, or by Newton's method."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import linalg, optimize

from lossary.adapters.estimators.leaves import kinks
from lossary.adapters.estimators.objective import Objective

Array = np.ndarray
_HALVINGS, _POLISHES, _FEW = 40, 4, 100
_SMOOTH = 10.0 ** -np.arange(0, 11)
_ENOUGH = {"newton": lambda width: (1e-6 * width) ** 0.5, "lbfgs": lambda width: 1e-2 * width}


@dataclass(frozen=True, eq=False)
class Design:
    """Columns brought to mean zero and size one, so that no unit slows a solver down."""

    rows: Any
    centre: Array
    size: Array

    @classmethod
    def of(cls, features: Any, weight: Array, centred: bool) -> "Design":
        """Scale features of shape (n, d), dense or sparse; sparse ones are not centred."""
        if not isinstance(features, np.ndarray):
            square = features.multiply(features).T @ weight / weight.sum()
            size = _one(np.sqrt(square))
            return cls(features.multiply(1 / size).tocsr(), np.zeros(len(size)), size)
        mean = np.average(features, axis=0, weights=weight)
        centre = mean if centred else np.zeros_like(mean)
        size = _one(np.sqrt(np.average((features - centre) ** 2, axis=0, weights=weight)))
        return cls((features - centre) / size, centre, size)

    def weighed(self, each: Array) -> Array:
        """Return the sum over rows of each[i] · xᵢ xᵢᵀ."""
        if isinstance(self.rows, np.ndarray):
            return self.rows.T @ (self.rows * each[:, None])
        return (self.rows.T @ self.rows.multiply(each[:, None])).toarray()


@dataclass(frozen=True, eq=False)
class Problem:
    """Minimise sum(w · loss(x·coef + intercept)) / sum(w) + l1 · |coef|₁ + l2/2 · |coef|².

    A point is coefficients in the design's units, of shape (outputs, d), then the intercepts.
    """

    objective: Objective
    design: Design
    target: Array
    weight: Array
    l1: float
    l2: float
    intercept: bool

    @property
    def shape(self) -> tuple[int, int]:
        return self.objective.outputs, self.design.rows.shape[1]

    def raw(self, point: Array) -> Array:
        k, d = self.shape
        found = self.design.rows @ point[: k * d].reshape(k, d).T + point[k * d :]
        return np.ascontiguousarray(found[:, 0] if k == 1 else found)

    def value(self, raw: Array) -> float:
        return self.objective.total(raw, self.target, self.weight) / self.weight.sum()

    def derivatives(self, raw: Array) -> tuple[Array, Array]:
        slope, curvature = self.objective.derivatives(raw, self.target, self.weight)
        return slope / self.weight.sum(), curvature / self.weight.sum()

    def smoothed(self, width: float) -> "Problem":
        """Return the problem with each kink rounded off within `width` raw units of it."""
        each = self.objective.spread(self.weight)
        kink, falls, rises = kinks(self.objective.loss, self.target, each)
        total = self.weight.sum()
        lean, steep = (rises - falls) / 2 / total, (rises + falls) / 2 / total
        return _Rounded(**vars(self), kink=kink, lean=lean, steep=steep, width=width)

    def slope(self, point: Array, each: Array) -> Array:
        """Return the slope in a point, from the slopes in its raw scores; without the penalty."""
        k, _ = self.shape
        each = each.reshape(-1, k)
        inner = (self.design.rows.T @ each).T.ravel()
        outer = each.sum(axis=0) if self.intercept else np.zeros(k)
        return np.concatenate([inner, outer])

    def penalty(self, point: Array) -> tuple[float, Array]:
        """Return the L2 penalty and its slope."""
        k, d = self.shape
        share = self.l2 / np.tile(self.design.size**2, k)
        inner = point[: k * d]
        found = np.zeros_like(point)
        found[: k * d] = share * inner
        return float(share @ inner**2) / 2, found


@dataclass(frozen=True, eq=False)
class _Rounded(Problem):
    """The absolute value r of a distance from a kink becomes sqrt(r² + width²)."""

    kink: Array
    lean: Array
    steep: Array
    width: float

    def value(self, raw: Array) -> float:
        apart = raw - self.kink
        return float(np.sum(self.lean * apart + self.steep * np.hypot(apart, self.width)))

    def derivatives(self, raw: Array) -> tuple[Array, Array]:
        apart = raw - self.kink
        far = np.hypot(apart, self.width)
        return self.lean + self.steep * apart / far, self.steep / far


@dataclass(frozen=True, eq=False)
class Solved:
    """Where a solver ended, after how many steps, and whether the slope was small enough."""

    point: Array
    steps: int
    converged: bool
    outputs: int

    @property
    def coef(self) -> Array:
        """The coefficients in the design's units, of shape (outputs, d)."""
        return self.point[: -self.outputs].reshape(self.outputs, -1)

    @property
    def intercept(self) -> Array:
        """The intercepts, of shape (outputs,)."""
        return self.point[-self.outputs :]


def solved(problem: Problem, start: Array, solver: str, steps: int, tolerance: float) -> Solved:
    """Solve a problem; kinks are rounded off less and less, each time from the last solution.

    Where there are kinks, `steps` are those for each width.
    """
    how = _newton if solver == "newton" else _lbfgs
    if not problem.objective.refits:
        return how(problem, start, steps, tolerance)
    kink, _, _ = kinks(problem.objective.loss, problem.target, None)
    unit = float(np.std(kink)) or 1.0
    found, spent, values = Solved(start, 0, False, problem.objective.outputs), 0, [np.inf]
    for width in _SMOOTH:
        # What is rounded off is off by the width anyway, so no step need be finer.
        enough = max(tolerance, _ENOUGH[solver](width))
        found = how(problem.smoothed(width * unit), found.point, steps, enough)
        spent += found.steps
        values.append(_value(problem, found.point))
    # The steps along a flat valley never end; the value tells whether they still serve.
    arrived = abs(values[-1] - values[-2]) <= max(tolerance, 1e-8) * max(abs(values[-1]), 1e-300)
    return replace(found, steps=spent, converged=arrived)


def _newton(problem: Problem, point: Array, steps: int, tolerance: float) -> Solved:
    """Step by the derived curvature, half as far until the value falls."""
    ridge = problem.l2 / problem.design.size**2
    value = _value(problem, point)
    for step in range(steps):
        each, curvature = problem.derivatives(problem.raw(point))
        slope = problem.slope(point, each) + problem.penalty(point)[1]
        move = _move(problem, slope, curvature, ridge)
        fall = float(slope @ move)
        if fall <= tolerance**2 * max(1.0, abs(value)):
            return Solved(point, step, True, 1)
        for halving in range(_HALVINGS):
            after = point - move / 2**halving
            there = _value(problem, after)
            if there <= value - 1e-4 * fall / 2**halving:
                break
        else:  # no digit is left to fall by
            return Solved(point, step, fall <= 1e-10 * max(1.0, abs(value)), 1)
        point, value = after, there
    return Solved(point, steps, False, 1)


def _move(problem: Problem, slope: Array, curvature: Array, ridge: Array) -> Array:
    d = len(ridge)
    matrix = np.zeros((d + 1, d + 1))
    matrix[:d, :d] = problem.design.weighed(curvature) + np.diag(ridge)
    if problem.intercept:
        matrix[:d, d] = matrix[d, :d] = problem.design.rows.T @ curvature
        matrix[d, d] = curvature.sum()
    else:
        matrix[d, d] = 1.0
    # Columns that say the same leave directions without curvature; a hair of it picks one.
    matrix[np.diag_indices(d + 1)] += 1e-14 * np.trace(matrix)
    return linalg.solve(matrix, slope, assume_a="sym", check_finite=False)


def _value(problem: Problem, point: Array) -> float:
    return problem.value(problem.raw(point)) + problem.penalty(point)[0]


def _lbfgs(problem: Problem, point: Array, steps: int, tolerance: float) -> Solved:
    """Run SciPy's L-BFGS-B; for L1, coefficients are differences of two that are never negative."""
    k, d = problem.shape

    def both(point: Array) -> tuple[float, Array]:
        raw = problem.raw(point)
        penalty, more = problem.penalty(point)
        return problem.value(raw) + penalty, problem.slope(
            point, problem.derivatives(raw)[0]
        ) + more

    if not problem.l1:
        found = _minimised(both, point, None, steps, tolerance, lambda point: point, k)
        smooth = not isinstance(problem, _Rounded)
        return replace(found, point=_polished(both, found.point)) if smooth else found
    charge = problem.l1 / np.tile(problem.design.size, k)

    def joined(split: Array) -> Array:
        up, down, rest = split[: k * d], split[k * d : 2 * k * d], split[2 * k * d :]
        return np.concatenate([up - down, rest])

    def apart(split: Array) -> tuple[float, Array]:
        value, slope = both(joined(split))
        inner = slope[: k * d]
        value += float(charge @ (split[: k * d] + split[k * d : 2 * k * d]))
        return value, np.concatenate([inner + charge, charge - inner, slope[k * d :]])

    inner = point[: k * d]
    first = np.concatenate([np.maximum(inner, 0), np.maximum(-inner, 0), point[k * d :]])
    bounds = [(0.0, None)] * (2 * k * d) + [(None, None)] * k
    return _minimised(apart, first, bounds, steps, tolerance, joined, k)


def _minimised(
    both: Callable[[Array], tuple[float, Array]],
    first: Array,
    bounds: Any,
    steps: int,
    tolerance: float,
    joined: Callable[[Array], Array],
    outputs: int,
) -> Solved:
    options = {"maxiter": steps, "gtol": tolerance, "ftol": 0.0, "maxls": 50, "maxcor": 20}
    found = optimize.minimize(
        both, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    # A line search that finds nothing better is as near as rounding lets it come.
    converged = found.status != 1
    return Solved(joined(found.x), int(found.nit), converged, outputs)


def _polished(both: Callable[[Array], tuple[float, Array]], point: Array) -> Array:
    """Take Newton steps where values no longer show which point is better, but slopes do."""
    if len(point) > _FEW:  # a matrix of so many differences is dear
        return point
    value, slope = both(point)
    for _ in range(_POLISHES):
        move, *_ = linalg.lstsq(
            _bent(both, point), slope, cond=1e-9
        )  # softmax has a free intercept
        there, after = both(point - move)
        if np.linalg.norm(after) >= np.linalg.norm(slope) or there > value + 1e-9 * abs(value):
            break
        point, value, slope = point - move, there, after
    return point


def _bent(both: Callable[[Array], tuple[float, Array]], point: Array) -> Array:
    """Return the curvature in a point, from differences of slopes."""
    width = 1e-5 * max(1.0, float(np.abs(point).max()))
    steps = width * np.eye(len(point))
    found = np.stack([both(point + step)[1] - both(point - step)[1] for step in steps])
    return (found + found.T) / (4 * width)


def _one(size: Array) -> Array:
    """Return sizes, one for a column that never changes."""
    return np.where(size > 0, size, 1.0)
