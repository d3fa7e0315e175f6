"""One arm on one fold: prepared, started, trained, tuned by the metric, judged on the fold once."""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from lossary.lab.arms.arm import Arm
from lossary.lab.arms.fitting import head_for
from lossary.lab.decision.judging import judge_of
from lossary.lab.learners.lesson import Budget, Lesson, Referee, Trained
from lossary.lab.learners.perceptron import train
from lossary.lab.learners.start import start
from lossary.lab.protocol.bench import Bench
from lossary.lab.protocol.constants import best_constant
from lossary.records import FoldRecord


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
    trained = train(
        lesson, budget, split.weights_seed(seed), Referee(inner, judge.metric.better), tick
    )
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
