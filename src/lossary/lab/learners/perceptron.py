"""A small multilayer perceptron that learns by any loss: one run tries every learning rate at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lossary.backends import backend_named
from lossary.core.loss import Loss
from lossary.lab.heads import Head
from lossary.lab.learners.adamw import AdamW
from lossary.lab.learners.network import WIDTH, Perceptrons, outputs_of
from lossary.lab.start import Start
from lossary.records import PointRecord, TrialRecord

NAME = f"perceptron, 2 × {WIDTH} SiLU, AdamW, warm-up and cosine"
_SHOWN = 1024  # training rows on which a learning curve's loss is measured


@dataclass(frozen=True)
class Budget:
    """What every arm may spend on a fold: all learning rates, each for all steps."""

    learning_rates: tuple[float, ...]
    steps: int
    batch: int
    checks: int


@dataclass(frozen=True, eq=False)
class Lesson:
    """A loss with its head and start, the rows to learn from, and the rows to tune on."""

    loss: Loss
    unit: float
    head: Head
    start: Start
    features: np.ndarray
    target: np.ndarray
    tune_features: np.ndarray


@dataclass(frozen=True, eq=False)
class Trained:
    """The network of the best learning rate at its best step."""

    lesson: Lesson
    weights: list[Any]
    trials: tuple[TrialRecord, ...]
    best: int
    curve: tuple[PointRecord, ...]

    def raw(self, features: np.ndarray) -> np.ndarray:
        """Return raw outputs, in the units that the head reads."""
        with one_thread(), torch.no_grad():
            outputs = outputs_of(self.weights, torch.from_numpy(features))
        return _raw(outputs, self.lesson.start).numpy()


def train(
    lesson: Lesson,
    budget: Budget,
    seed: int,
    judged: Callable[[np.ndarray], float],
    better: Callable[[float, float], bool],
    tick: Callable[[], None] = lambda: None,
) -> Trained:
    """Train one network per learning rate from one start on one stream of rows; keep the best.

    `judged` gives the metric of raw outputs of the tuning rows: it alone chooses the learning rate
    and the step. `tick` is called at every check.
    """
    with one_thread():
        run = _Run(lesson, budget, seed)
        for check in range(budget.checks + 1):
            if check:
                run.advance(check)
            run.look(judged, better)
            tick()
    return run.trained(better)


class _Run:
    """The state of one training."""

    def __init__(self, lesson: Lesson, budget: Budget, seed: int) -> None:
        self.lesson, self.budget, self.step = lesson, budget, 0
        copies = len(budget.learning_rates)
        self.features = torch.from_numpy(lesson.features)
        self.tune = torch.from_numpy(lesson.tune_features)
        self.target = torch.from_numpy(np.ascontiguousarray(lesson.head.target(lesson.target)))
        self.nets = Perceptrons(self.features.shape[1], lesson.head.outputs, copies, seed)
        rates = torch.tensor(budget.learning_rates)[self.nets.owner]
        self.optimizer = AdamW(self.nets.flat, rates, self.nets.decays, budget.steps)
        self.order = _order(len(self.features), budget, seed)
        self.kept = [self.nets.copy_weights(copy) for copy in range(copies)]
        self.scores = [(float("nan"), 0)] * copies
        self.curves: list[list[PointRecord]] = [[] for _ in range(copies)]

    def advance(self, check: int) -> None:
        """Take the steps up to a check."""
        end = round(self.budget.steps * check / self.budget.checks)
        for rows in self.order[self.step : end]:
            self.nets.slopes.zero_()
            values = self.losses(self.features[rows], self.target[rows])
            (values.sum() / self.lesson.start.slope).backward()
            with torch.no_grad():
                self.optimizer.step(self.nets.slopes)
        self.step = end

    def losses(self, features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the loss of every network on the same rows."""
        raw = _raw(self.nets(features), self.lesson.start)
        prediction = self.lesson.head.prediction(backend_named("torch").xp, raw)
        if self.lesson.unit != 1.0:
            prediction, target = prediction / self.lesson.unit, target / self.lesson.unit
        return torch.stack([self.lesson.loss(each, target) for each in prediction])

    def look(
        self, judged: Callable[[np.ndarray], float], better: Callable[[float, float], bool]
    ) -> None:
        """Judge every network on the tuning rows, and keep those that were never better."""
        with torch.no_grad():
            shown = self.losses(self.features[:_SHOWN], self.target[:_SHOWN]).tolist()
            raw = _raw(self.nets(self.tune), self.lesson.start).numpy()
        for copy, (loss, outputs) in enumerate(zip(shown, raw, strict=True)):
            score = judged(outputs)
            self.curves[copy].append(PointRecord(self.step, loss, score))
            if _improves(score, self.scores[copy][0], better):
                self.scores[copy] = (score, self.step)
                self.kept[copy] = self.nets.copy_weights(copy)

    def trained(self, better: Callable[[float, float], bool]) -> Trained:
        """Return the network of the learning rate that was best."""
        best = 0
        for copy, (score, _) in enumerate(self.scores):
            if _improves(score, self.scores[best][0], better):
                best = copy
        tried = zip(self.budget.learning_rates, self.scores, strict=True)
        trials = tuple(TrialRecord(rate, score, step) for rate, (score, step) in tried)
        return Trained(self.lesson, self.kept[best], trials, best, tuple(self.curves[best]))


def _improves(score: float, known: float, better: Callable[[float, float], bool]) -> bool:
    return not np.isnan(score) and (np.isnan(known) or better(score, known))


def _raw(outputs: torch.Tensor, start: Start) -> torch.Tensor:
    """Move outputs to the loss's own best constant; wide, as targets may be large and close."""
    return torch.from_numpy(start.centre) + torch.from_numpy(start.step) * outputs.double()


def _order(rows: int, budget: Budget, seed: int) -> torch.Tensor:
    """Return which rows each step sees: every row once before any is seen again."""
    random = torch.Generator().manual_seed(seed + 1)
    batch = min(budget.batch, rows)
    needed = budget.steps * batch
    epochs = [torch.randperm(rows, generator=random) for _ in range(-(-needed // rows))]
    return torch.cat(epochs)[:needed].view(budget.steps, batch)


@contextmanager
def one_thread() -> Iterator[None]:
    """Use one thread, as small products are slower on many; restore what was before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
