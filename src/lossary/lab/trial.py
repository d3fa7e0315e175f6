"""One arm on one fold: prepared, started, trained, tuned by the metric, judged on the fold once."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from sklearn.linear_model import Ridge

from lossary.lab.arms import Arm, Facts
from lossary.lab.fitting import head_for
from lossary.lab.folds import Split
from lossary.lab.judging import constant, judge, least, tuned_threshold, tunes
from lossary.lab.learners.perceptron import Budget, Lesson, Trained, train
from lossary.lab.preparation import preparation
from lossary.lab.start import start
from lossary.lab.task import Task
from lossary.records import FoldRecord


@dataclass(frozen=True, eq=False)
class Bench:
    """A fold made ready: features as a network eats them, fitted on the training rows alone."""

    task: Task
    split: Split
    train: np.ndarray
    tune: np.ndarray
    judge: np.ndarray
    facts: Facts

    def target(self, rows: np.ndarray) -> np.ndarray:
        """Return the targets of some rows."""
        return self.task.target[rows]


def prepare(task: Task, split: Split) -> Bench:
    """Fit the preparation on a split's training rows and apply it to its other parts."""
    fitted = preparation().fit(task.features.iloc[split.train])
    parts = [
        fitted.transform(task.features.iloc[each])
        for each in (split.train, split.tune, split.judge)
    ]
    return Bench(task, split, *parts, _facts(task, parts[0], task.target[split.train]))


def attempt(
    arm: Arm, bench: Bench, budget: Budget, seed: int, tick: Callable[[], None] = lambda: None
) -> tuple[FoldRecord, Trained]:
    """Train an arm on a fold and judge it there; gives what is recorded, and the network."""
    began, task, metric, k = perf_counter(), bench.task, bench.task.metric, len(bench.task.classes)
    loss, unit = arm.made(bench.facts)
    head = head_for(loss, task)
    learnt, tuned = bench.target(bench.split.train), bench.target(bench.split.tune)
    floor = least(task, learnt)

    def threshold(raw: np.ndarray) -> float:
        score = head.answer(raw).score
        return (
            tuned_threshold(metric, score, tuned) if tunes(metric, k) and score is not None else 0.0
        )

    def inner(raw: np.ndarray) -> float:
        return judge(metric, head.answer(raw), tuned, k, floor, threshold(raw))

    lesson = Lesson(
        loss, unit, head, start(loss, unit, head, learnt), bench.train, learnt, bench.tune
    )
    trained = train(lesson, budget, _seed(seed, bench.split), inner, metric.better, tick)
    cut = threshold(trained.raw(bench.tune))
    judged = bench.target(bench.split.judge)
    score = judge(metric, head.answer(trained.raw(bench.judge)), judged, k, floor, cut)
    best = trained.trials[trained.best]
    record = FoldRecord(
        bench.split.repeat, bench.split.fold, score, perf_counter() - began, loss.to_dict(), unit,
        best.learning_rate, best.step, cut if tunes(metric, k) else None, trained.trials, trained.curve,
    )  # fmt: skip
    return record, trained


def attempt_constant(bench: Bench) -> tuple[FoldRecord, str]:
    """Judge the best constant answer on a fold; gives what is recorded, and the answer in words."""
    task, split = bench.task, bench.split
    learnt, judged = bench.target(split.train), bench.target(split.judge)
    answer, words = constant(task, learnt, len(judged))
    score = judge(task.metric, answer, judged, len(task.classes), least(task, learnt))
    return FoldRecord(split.repeat, split.fold, score), words


def _facts(task: Task, features: np.ndarray, target: np.ndarray) -> Facts:
    """Measure what sets parameters: the residuals of a linear model, and the classes' shares."""
    if not task.amounts:
        shares = np.bincount(target, minlength=len(task.classes)) / len(target)
        return Facts(1.0, shares)
    left = target - Ridge().fit(features, target).predict(features)
    spread = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    return Facts(spread or float(target.std()) or 1.0, np.ones(1))


def _seed(seed: int, split: Split) -> int:
    """Return the seed of weights and of the order of rows: one for all arms of a fold."""
    return seed + 1_000_000 * split.repeat + 1_000 * split.fold
