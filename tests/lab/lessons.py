"""Small generated tasks of every kind of target, and lessons of them with a plain referee."""

from functools import cache
from math import inf

import numpy as np
import pandas as pd

import lossary
from lossary.heads import head_for
from lossary.lab.learners.learner import Effort, Lesson, Referee
from lossary.lab.metrics.named import metric
from lossary.lab.tasks.bench import Bench
from lossary.lab.tasks.folds import Split
from lossary.lab.tasks.table import Table
from lossary.lab.tasks.task import Task

ROWS = 300
CLASSES = {"binary": 2, "multiclass": 3, "ordinal": 4, "multilabel": 3}

LOSSES = {
    "regression": lossary.SquaredError(),
    "kinked": lossary.AbsoluteError(),
    "positive": lossary.SquaredLogarithmicError(),
    "count": lossary.PoissonNLL(),
    "uncertain": lossary.GaussianNLL(),
    "proportion": lossary.BinaryCrossEntropy(),
    "binary": lossary.LogLoss(),
    "multiclass": lossary.CrossEntropy(),
    "against_the_rest": lossary.BinaryCrossEntropy(),
    "ordinal": lossary.BinaryCrossEntropy(),
    "border_by_border": lossary.Hinge(),
    "multilabel": lossary.BinaryCrossEntropy(),
    "survival": lossary.WeibullAFT(),
}
"""A loss for each kind of target, and for some of the ways to learn it."""


@cache
def bench(kind, weighted=False):
    """Return a fold of a task: a number with gaps, a number that says nothing, and a text."""
    random = np.random.default_rng(3)
    number, noise = random.normal(size=ROWS), random.normal(size=ROWS)
    place = random.choice(["north", "south", "east"], ROWS)
    signal = 1.5 * number + np.where(place == "north", 1.5, 0.0) + 0.4 * random.normal(size=ROWS)
    frame = pd.DataFrame({"number": number, "noise": noise, "place": place})
    frame.loc[::17, "noise"] = np.nan
    names = tuple("abcd"[: CLASSES.get(kind, 0)])
    weight = random.integers(0, 3, ROWS).astype(float) if weighted else None
    task = Task(
        Table(frame, "made", "0"), frame, target(kind, signal, random), "y", kind, names,
        metric("mae"), (), (), weight,
    )  # fmt: skip
    order = np.random.default_rng(1).permutation(ROWS)
    return Bench(task, Split(0, 0, order[:180], order[180:240], order[240:]))


def target(kind, signal, random):
    """Return targets of a kind that a signal explains."""
    if kind == "multiclass":
        return np.digitize(signal, [-0.5, 1.0])
    if kind == "ordinal":
        return np.digitize(signal, [-1.0, 0.5, 2.0])
    if kind == "multilabel":
        return np.stack([signal > 0, signal > 1, signal < -0.5], axis=1).astype(int)
    if kind == "survival":
        time, end = np.exp(signal), random.exponential(8.0, len(signal))
        return np.where(time < end, time, -end)
    return {
        "regression": lambda: 100 + 10 * signal,
        "positive": lambda: np.exp(signal),
        "count": lambda: random.poisson(np.exp(0.7 * signal)).astype(float),
        "proportion": lambda: 1 / (1 + np.exp(-signal)),
        "binary": lambda: (signal > 0.5).astype(int),
    }[kind]()


def missed(kind, answer, truth):
    """Return how far an answer is from the truth, by what suits the kind; the less, the better."""
    if kind in ("binary", "multiclass"):
        return float(np.mean(answer.probability.argmax(axis=1) != truth))
    if kind == "multilabel":
        return float(np.mean((answer.probability - truth) ** 2))
    if kind == "survival":
        seen = truth > 0
        return float(np.mean(np.abs(np.log(answer.value[seen]) - np.log(truth[seen]))))
    return float(np.mean(np.abs(answer.value - truth)))


def lesson(made, loss, settings, seed=5, score=None, optimizer=None, unit=1.0):
    """Return a lesson, judged by `missed` or by another function of raw outputs."""
    task = made.task
    head = head_for(loss, task.kind, len(task.classes))
    truth = made.target(made.split.tune)

    def usual(raw):
        return missed(task.kind, head.answer(raw), truth)

    referee = Referee(score or usual, lambda one, other: one < other)
    return Lesson(
        made, head, unit, (loss,) * len(settings), tuple(settings), seed, referee, optimizer
    )


def default(learner, task, **more):
    """Return a learner's default setting, changed."""
    return {each.name: each.default for each in learner.space(task)} | more


def learnt(learner, given, steps=None, cap=inf, batch=32, checks=10):
    """Return what the trials of one lesson come to."""
    usual = learner.effort(given.bench.task, 180)
    effort = Effort(steps or usual.steps, batch, checks, cap=cap)
    return learner.learn([given], effort, lambda share: None)[0]


def judged(given, found):
    """Return how far the judged rows are missed by a trial, and by the constant it starts from."""
    made, head = given.bench, given.head
    truth = made.target(made.split.judge)
    constant = np.broadcast_to(np.median(found.tune, axis=0), found.judge.shape)
    kind = made.task.kind
    return missed(kind, head.answer(found.judge), truth), missed(kind, head.answer(constant), truth)
