"""The answer that never looks at a feature: what every loss must beat."""

import numpy as np
from scipy.optimize import minimize_scalar

from lossary.heads import Answer
from lossary.lab.decision.judging import Judge
from lossary.lab.tasks.task import Task


def best_constant(task: Task, judge: Judge, target: np.ndarray, rows: int) -> tuple[Answer, str]:
    """Return the constant answer that is best on training targets, for some rows, and in words."""
    if task.amounts:
        value = _amount(judge, target)
        return Answer(value=np.full(rows, value)), f"always {value:.4g}"
    k = judge.k
    if judge.metric.answer != "label":
        shares = np.bincount(target, minlength=k) / len(target)
        each = np.tile(shares, (rows, 1))
        return Answer(score=each[:, 1] if k == 2 else each, probability=each), "each class's share"
    scores = [judge.score(_always(label, k, len(target)), target) for label in range(k)]
    best = int(np.argmax(scores))
    return _always(best, k, rows), f"always {task.classes[best]}"


def _always(label: int, k: int, rows: int) -> Answer:
    if k == 2:
        return Answer(score=np.full(rows, 2.0 * label - 1.0))
    return Answer(score=np.tile(np.eye(k)[label], (rows, 1)))


def _amount(judge: Judge, target: np.ndarray) -> float:
    sign = -1.0 if judge.metric.greater_is_better else 1.0

    def at(value: float) -> float:
        return sign * judge.score(Answer(value=np.full(len(target), value)), target)

    low, high = float(target.min()), float(target.max())
    tolerance = 1e-7 * (high - low)
    found = minimize_scalar(at, bounds=(low, high), method="bounded", options={"xatol": tolerance})
    return float(found.x)
