"""A linear model of one lesson, solved by the adapters' solver within a given time."""

from dataclasses import dataclass, replace
from math import inf
from time import perf_counter

import numpy as np

from lossary.adapters.estimators.leaves import kinks
from lossary.adapters.estimators.linear import Design, Problem, Solved, solved
from lossary.adapters.estimators.objective import Objective
from lossary.lab.learners.learner import Lesson
from lossary.lab.learners.objective import LessonObjective, objective_of

Array = np.ndarray
_WIDE = 300  # columns from which on a matrix of them is dearer than many steps of L-BFGS
_SMOOTH, _KINKED = 1e-7, 1e-4  # how small slopes must be; five digits of an answer will do
_WIDTHS = 4  # kinks are rounded off eleven times, from the last solution, which is near


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients of shape (outputs, d) and intercepts, in the head's units; how it went."""

    coef: Array
    intercept: Array
    loss: float
    steps: int = 0
    stopped: str = ""

    def outputs(self, features: Array) -> Array:
        """Return raw outputs, of shape (rows, outputs), as the head reads them."""
        return features.astype(float) @ self.coef.T + self.intercept


def fit(lesson: Lesson, place: int, steps: int, cap: float) -> Fit:
    """Solve one setting of a lesson; where `cap` seconds do not do, the best constant has to."""
    late = perf_counter() + cap
    bench, rows, loss = lesson.bench, lesson.bench.split.train, lesson.losses[place]
    target, weight = bench.target(rows), bench.weight(rows)
    sized, start = objective_of(loss, lesson.head, lesson.unit, target, weight)
    each = np.ones(len(rows)) if weight is None else weight
    design = Design.of(bench.dense.train.astype(float), each, centred=True)
    timed = _Timed(loss, lesson.head, lesson.unit, late=late)
    penalty = lesson.settings[place]["penalty"]
    problems = _Problems(timed, design, sized.encoded(target), each, penalty)
    try:
        return problems.fit(start, steps)
    except TimeoutError:
        return problems.constant(start)


@dataclass(frozen=True, eq=False)
class _Problems:
    """What is to be solved: one problem, or one for each raw score where they share nothing."""

    objective: LessonObjective
    design: Design
    target: Array
    weight: Array
    penalty: float

    def fit(self, start: Array, steps: int) -> Fit:
        """Solve every piece by itself."""
        pieces = self.objective.apart(self.target)
        starts = [start] if len(pieces) == 1 else np.split(start, len(pieces))
        found = [
            self._solved(one, column, begin, steps)
            for (one, column), begin in zip(pieces, starts, strict=True)
        ]
        arrived = all(each.converged for each in found)
        return self._fit(
            np.concatenate([each.coef for each in found]),
            np.concatenate([each.intercept for each in found]),
            max(each.steps for each in found),
            "" if arrived else "has not arrived",
        )

    def constant(self, start: Array) -> Fit:
        """Return what there is before the first step."""
        return self._fit(np.zeros((len(start), self.design.rows.shape[1])), start, 0, "capped")

    def _fit(self, coef: Array, intercept: Array, steps: int, stopped: str) -> Fit:
        raw = self.design.rows @ coef.T + intercept
        raw = np.ascontiguousarray(raw[:, 0] if len(coef) == 1 else raw)
        loss = self.objective.value(raw, self.target, self.weight)
        factor, plain = self.objective.factor, coef / self.design.size
        moved = intercept - plain @ self.design.centre
        return Fit(factor * plain, factor * moved, loss, steps, stopped)

    def _solved(self, objective: Objective, target: Array, start: Array, steps: int) -> Solved:
        given = (objective, self.design, target, self.weight, 0.0)
        if objective.refits:
            kinked = Problem(*given, self.penalty * self._bend(objective, target), True)
            return _run(kinked, start, max(steps // _WIDTHS, 1))
        step = 1 / np.sqrt(self._bends(objective, target, start))
        found = _run(_Even(*given, self.penalty, True, step), start / step, steps)
        scale = np.append(np.repeat(step, self.design.rows.shape[1]), step)
        return replace(found, point=found.point * scale)

    def _bend(self, objective: Objective, target: Array) -> float:
        """Return what stands for the curvature of a loss that has none: its jump over a spread."""
        kink, falls, rises = kinks(objective.loss, target, self.weight)
        return float((falls + rises).sum() / 2 / self.weight.sum() / (np.std(kink) or 1.0))

    def _bends(self, objective: Objective, target: Array, start: Array) -> Array:
        """Return by how much the mean loss bends at the start, in each raw score."""
        bent = objective.derivatives(objective.tiled(start, len(target)), target, self.weight)[1]
        found = bent.reshape(len(target), -1).sum(axis=0) / self.weight.sum()
        return np.where(np.isfinite(found) & (found > 0), found, 1.0)


@dataclass(frozen=True, eq=False)
class _Even(Problem):
    """A problem in units, of shape (outputs,), in which the mean loss bends by one at the start."""

    step: Array

    def raw(self, point: Array) -> Array:
        return super().raw(point) * (self.step if len(self.step) > 1 else self.step[0])

    def derivatives(self, raw: Array) -> tuple[Array, Array]:
        slope, curvature = super().derivatives(raw)
        step = self.step if len(self.step) > 1 else self.step[0]
        return slope * step, curvature * step**2


def _run(problem: Problem, start: Array, steps: int) -> Solved:
    """Solve from coefficients of zero."""
    k, d = problem.shape
    how = "newton" if k == 1 and d <= _WIDE else "lbfgs"
    enough = _KINKED if problem.objective.refits else _SMOOTH
    return solved(problem, np.concatenate([np.zeros(k * d), start]), how, steps, enough)


@dataclass(frozen=True, eq=False)
class _Timed(LessonObjective):
    """An objective that gives up when it is late."""

    late: float = inf

    def total(self, raw: Array, target: Array, weight: Array | None = None) -> float:
        if perf_counter() > self.late:
            raise TimeoutError
        return super().total(raw, target, weight)
