"""A small perceptron that learns by any loss: one training tries every learning rate at once."""

from collections.abc import Callable

import numpy as np
import torch

from lossary.backends import backend_named
from lossary.core.averaged import Averaged
from lossary.lab.learners.adamw import AdamW
from lossary.lab.learners.lesson import Budget, Lesson, Referee, Trained, moved, one_thread
from lossary.lab.learners.network import WIDTH, Perceptrons
from lossary.records import PointRecord, TrialRecord

NAME = f"perceptron, 2 × {WIDTH} SiLU, AdamW, warm-up and cosine"
_SHOWN = 1024  # training rows on which a learning curve's loss is measured


def train(
    lesson: Lesson,
    budget: Budget,
    seed: int,
    referee: Referee,
    tick: Callable[[], None] = lambda: None,
) -> Trained:
    """Train one network per learning rate from one start on one stream of rows; keep the best.

    The referee alone chooses the learning rate and the step. `tick` is called at every check.
    """
    with one_thread():
        run = _Run(lesson, budget, seed)
        for check in range(budget.checks + 1):
            if check:
                run.advance(check)
            run.look(referee)
            tick()
    return run.trained(referee)


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
            total = self.total(self.features[rows], self.target[rows])
            (total / self.lesson.start.slope).backward()
            with torch.no_grad():
                self.optimizer.step(self.nets.slopes)
        self.step = end

    def total(self, features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the sum of the networks' losses on the same rows."""
        if not isinstance(self.lesson.loss, Averaged):  # it pools its rows: each network by itself
            return self.losses(features, target).sum()
        prediction, target = self.read(features, target)
        copies = len(prediction)
        return copies * self.lesson.loss(prediction, target.expand(copies, *target.shape))

    def losses(self, features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the loss of every network on the same rows."""
        prediction, target = self.read(features, target)
        return torch.stack([self.lesson.loss(each, target) for each in prediction])

    def read(
        self, features: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the loss reads: the predictions of every network, and the targets."""
        raw = moved(self.nets(features), self.lesson.start)
        prediction = self.lesson.head.prediction(backend_named("torch").xp, raw)
        unit = self.lesson.unit
        return (prediction, target) if unit == 1.0 else (prediction / unit, target / unit)

    def look(self, referee: Referee) -> None:
        """Judge every network on the tuning rows, and keep those that were never better."""
        with torch.no_grad():
            shown = self.losses(self.features[:_SHOWN], self.target[:_SHOWN]).tolist()
            raw = moved(self.nets(self.tune), self.lesson.start).numpy()
        for copy, (loss, outputs) in enumerate(zip(shown, raw, strict=True)):
            score = referee.score(outputs)
            self.curves[copy].append(PointRecord(self.step, loss, score))
            if referee.improves(score, self.scores[copy][0]):
                self.scores[copy] = (score, self.step)
                self.kept[copy] = self.nets.copy_weights(copy)

    def trained(self, referee: Referee) -> Trained:
        """Return the network of the learning rate that was best."""
        best = 0
        for copy, (score, _) in enumerate(self.scores):
            if referee.improves(score, self.scores[best][0]):
                best = copy
        tried = zip(self.budget.learning_rates, self.scores, strict=True)
        trials = tuple(TrialRecord(rate, score, step) for rate, (score, step) in tried)
        return Trained(self.lesson, self.kept[best], trials, best, tuple(self.curves[best]))


def _order(rows: int, budget: Budget, seed: int) -> torch.Tensor:
    """Return which rows each step sees: every row once before any is seen again."""
    random = torch.Generator().manual_seed(seed + 1)
    batch = min(budget.batch, rows)
    needed = budget.steps * batch
    epochs = [torch.randperm(rows, generator=random) for _ in range(-(-needed // rows))]
    return torch.cat(epochs)[:needed].view(budget.steps, batch)
