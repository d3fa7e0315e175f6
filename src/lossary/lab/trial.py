"""One arm on one fold: prepared, started, trained, tuned by the metric, judged on the fold once."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from sklearn.linear_model import Ridge

from lossary.lab.arms import Arm, Facts
from lossary.lab.constants import best_constant
from lossary.lab.fitting import head_for
from lossary.lab.folds import Split
from lossary.lab.judging import judge_of
from lossary.lab.learners.lesson import Budget, Lesson, Referee, Trained
from lossary.lab.learners.perceptron import train
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
    train, tune, judged = (
        fitted.transform(task.features.iloc[rows])
        for rows in (split.train, split.tune, split.judge)
    )
    return Bench(task, split, train, tune, judged, _facts(task, train, task.target[split.train]))


def attempt(
    arm: Arm, bench: Bench, budget: Budget, seed: int, tick: Callable[[], None] = lambda: None
) -> tuple[FoldRecord, Trained]:
    """Train an arm on a fold and judge it there; gives what is recorded, and the network."""
    began, split = perf_counter(), bench.split
    learnt, tuned, judged = map(bench.target, (split.train, split.tune, split.judge))
    loss, unit = arm.made(bench.facts)
    head, judge = head_for(loss, bench.task), judge_of(bench.task, learnt)

    def inner(raw: np.ndarray) -> float:
        answer = head.answer(raw)
        return judge.score(answer, tuned, judge.threshold(answer, tuned))

    begin = start(loss, unit, head, learnt)
    lesson = Lesson(loss, unit, head, begin, bench.train, learnt, bench.tune)
    trained = train(lesson, budget, _seed(seed, split), Referee(inner, judge.metric.better), tick)
    threshold = judge.threshold(head.answer(trained.raw(bench.tune)), tuned)
    record = FoldRecord(
        repeat=split.repeat,
        fold=split.fold,
        score=judge.score(head.answer(trained.raw(bench.judge)), judged, threshold),
        seconds=perf_counter() - began,
        loss=loss.to_dict(),
        unit=unit,
        learning_rate=trained.trials[trained.best].learning_rate,
        step=trained.trials[trained.best].step,
        threshold=threshold if judge.tunes else None,
        trials=trained.trials,
        curve=trained.curve,
    )
    return record, trained


def attempt_constant(bench: Bench) -> tuple[FoldRecord, str]:
    """Judge the best constant answer on a fold; gives what is recorded, and the answer in words."""
    split = bench.split
    learnt, judged = bench.target(split.train), bench.target(split.judge)
    judge = judge_of(bench.task, learnt)
    answer, words = best_constant(bench.task, judge, learnt, len(judged))
    return FoldRecord(split.repeat, split.fold, judge.score(answer, judged)), words


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
