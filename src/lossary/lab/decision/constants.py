"""The answer that never looks at a feature: what every loss must beat."""

from collections.abc import Iterable

import numpy as np
from scipy.optimize import minimize_scalar

from lossary.heads import Answer
from lossary.lab.decision.judging import Judge
from lossary.lab.metrics.survival import kaplan_meier
from lossary.lab.tasks.task import Task

_SEVERAL = 5
_QUANTILES = np.linspace(0, 1, 21)


def best_constant(
    task: Task, judge: Judge, target: np.ndarray, weight: np.ndarray | None, rows: int
) -> tuple[Answer, str]:
    """Return the constant answer that is best on training targets, for some rows, and in words."""
    one, words = max(
        _candidates(task, judge, target, weight),
        key=lambda each: _merit(judge, each[0], target, weight),
    )
    return repeated(one, rows), words


def repeated(one: Answer, rows: int) -> Answer:
    """Return the answer of one row for many."""

    def many(each: np.ndarray | None) -> np.ndarray | None:
        return None if each is None else np.repeat(each, rows, axis=0)

    curve = one.survival
    return Answer(
        value=many(one.value),
        score=many(one.score),
        probability=many(one.probability),
        survival=None if curve is None else lambda times: np.repeat(curve(times), rows, axis=0),
    )


def _merit(judge: Judge, one: Answer, target: np.ndarray, weight: np.ndarray | None) -> float:
    score = judge.score(repeated(one, len(target)), target, weight)
    return score if judge.metric.greater_is_better else -score


def _candidates(
    task: Task, judge: Judge, target: np.ndarray, weight: np.ndarray | None
) -> Iterable[tuple[Answer, str]]:
    if task.amounts:
        return [_amount(judge, target, weight)]
    if task.kind == "survival":
        return [_curve(target, weight)]
    if judge.metric.answer in ("probability", "ordering"):
        return [_shares(task, target, weight)]
    if task.kind == "multilabel":
        return _label_sets(task, judge, target, weight)
    return [(_always(each, judge.k), f"always {name}") for each, name in enumerate(task.classes)]


def _amount(judge: Judge, target: np.ndarray, weight: np.ndarray | None) -> tuple[Answer, str]:
    def at(value: float) -> float:
        return -_merit(judge, Answer(value=np.array([value])), target, weight)

    # from among quantiles, as some metrics have several valleys
    seen = np.unique(np.quantile(target if weight is None else target[weight > 0], _QUANTILES))
    best = int(np.argmin([at(each) for each in seen]))
    bounds = seen[max(best - 1, 0)], seen[min(best + 1, len(seen) - 1)]
    tolerance = 1e-7 * (bounds[1] - bounds[0])
    found = minimize_scalar(at, bounds=bounds, method="bounded", options={"xatol": tolerance})
    return Answer(value=np.array([found.x])), f"always {found.x:.4g}"


def _curve(target: np.ndarray, weight: np.ndarray | None) -> tuple[Answer, str]:
    known = kaplan_meier(np.abs(target), target > 0, weight)
    answer = Answer(score=np.zeros(1), survival=lambda times: known.at(times)[None])
    return answer, "the same curve for all, Kaplan and Meier's"


def _shares(task: Task, target: np.ndarray, weight: np.ndarray | None) -> tuple[Answer, str]:
    several = task.kind == "multilabel"
    is_ = target if several else np.eye(len(task.classes))[target]
    shares = np.average(is_, axis=0, weights=weight)[None]
    score = shares[:, 1] if len(task.classes) == 2 and not several else shares
    return Answer(
        score=score, probability=shares
    ), f"each {'label' if several else 'class'}'s share"


def _always(each: int, k: int) -> Answer:
    sure = np.eye(k)[[each]]
    value = np.array([float(each)])
    return Answer(value=value, score=2 * sure[:, 1] - 1 if k == 2 else sure)


def _label_sets(
    task: Task, judge: Judge, target: np.ndarray, weight: np.ndarray | None
) -> list[tuple[Answer, str]]:
    """Try the most common sets of labels, none and all of them, and each likelier than not."""
    sets, counts = np.unique(target, axis=0, return_counts=True)
    common = sets[np.argsort(-counts, kind="stable")[:_SEVERAL]]
    likely = np.average(target, axis=0, weights=weight) > 0.5
    tried = [*common, np.zeros(target.shape[1]), np.ones(target.shape[1]), likely]
    return [(Answer(score=2.0 * each[None] - 1), _named(task, each)) for each in tried]


def _named(task: Task, each: np.ndarray) -> str:
    held = [name for name, yes in zip(task.classes, each, strict=True) if yes]
    return f"always {', '.join(held)}" if held else "never any label"
