"""From answers to a score: the metric, the threshold of a decision, and the best constant answer."""

import numpy as np
from scipy.optimize import minimize_scalar

from lossary.lab.heads import Answer
from lossary.lab.metrics import Metric
from lossary.lab.task import Task

_FLOOR = 0.01  # of the mean target: the least that is reported where a metric wants more than zero


def judge(
    metric: Metric, answer: Answer, target: np.ndarray, k: int, floor: float, threshold: float = 0.0
) -> float:
    """Return the metric of an answer; NaN where the answer is not finite.

    `floor` is the least amount that may be reported, `threshold` the score above which a row is
    said to be of class 1.
    """
    given = _asked(metric, answer, k, floor, threshold)
    if not np.isfinite(given).all():
        return float("nan")
    return metric.function(target, given, k)


def _asked(metric: Metric, answer: Answer, k: int, floor: float, threshold: float) -> np.ndarray:
    """Return of an answer what the metric asks for."""
    if metric.answer == "value":
        assert answer.value is not None
        return np.maximum(answer.value, floor) if metric.floor else answer.value
    if metric.answer == "probability" or (metric.answer == "ordering" and k > 2):
        assert answer.probability is not None
        return answer.probability
    assert answer.score is not None
    if metric.answer == "ordering" or not np.isfinite(answer.score).all():
        return answer.score
    if answer.score.ndim > 1:
        return answer.score.argmax(axis=-1)
    return (answer.score > threshold).astype(np.int64)


def least(task: Task, target: np.ndarray) -> float:
    """Return the floor of reports, from training targets; the same for every arm."""
    return _FLOOR * float(target.mean()) if task.amounts else 0.0


def tuned_threshold(metric: Metric, score: np.ndarray, target: np.ndarray) -> float:
    """Return the threshold at which the metric is best on these rows, midway between two scores."""
    assert metric.counts is not None
    if not np.isfinite(score).all():
        return 0.0
    order = np.argsort(-score, kind="stable")
    ranked, hits = score[order], target[order] == 1
    tp, fp = np.cumsum(hits), np.cumsum(~hits)
    ends = np.append(ranked[1:] != ranked[:-1], True)  # ties are decided alike
    value = np.where(ends, metric.counts(tp, fp, hits.sum() - tp, (~hits).sum() - fp), -np.inf)
    best = int(value.argmax())
    if best == len(ranked) - 1:
        return float(ranked[-1] - 1)
    return float((ranked[best] + ranked[best + 1]) / 2)


def tunes(metric: Metric, k: int) -> bool:
    """Say whether the decision's threshold is part of what is learnt."""
    return metric.counts is not None and k == 2


def constant(task: Task, target: np.ndarray, rows: int) -> tuple[Answer, str]:
    """Return the answer that never looks at a feature, best on the training targets, and its words."""
    metric, k, floor = task.metric, len(task.classes), least(task, target)
    if task.amounts:
        best = _constant_amount(metric, target, floor)
        return Answer(value=np.full(rows, best)), f"always {best:.4g}"
    shares = np.bincount(target, minlength=k) / len(target)
    if metric.answer != "label":
        score = np.zeros(rows) if k == 2 else np.tile(shares, (rows, 1))
        return Answer(
            score=score, probability=np.tile(shares, (rows, 1))
        ), "the share of each class"

    def always(label: int, count: int) -> Answer:
        return Answer(
            score=np.tile(np.eye(k)[label], (count, 1))
            if k > 2
            else np.full(count, 2.0 * label - 1)
        )

    scores = [judge(metric, always(each, len(target)), target, k, floor) for each in range(k)]
    best_class = int(np.argmax(scores))
    return always(best_class, rows), f"always {task.classes[best_class]}"


def _constant_amount(metric: Metric, target: np.ndarray, floor: float) -> float:
    sign = -1.0 if metric.greater_is_better else 1.0

    def at(value: float) -> float:
        return sign * judge(metric, Answer(value=np.full(len(target), value)), target, 0, floor)

    low, high = float(target.min()), float(target.max())
    found = minimize_scalar(
        at, bounds=(low, high), method="bounded", options={"xatol": 1e-7 * (high - low)}
    )
    return float(found.x)
