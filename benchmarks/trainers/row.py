"""The networks of the race, what they learn from, and what is asked of whoever trains them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

import lossary
from lossary.heads import head_for
from lossary.lab.learners.learner import Effort, Lesson, Referee
from lossary.lab.learners.mlp.block import Block
from lossary.lab.learners.mlp.schedule import share
from lossary.lab.tasks.bench import Parts
from lossary.lab.tasks.folds import Split

BATCH, COLUMNS, ROWS = 128, 16, 10_000
RATES = (0.001, 0.003, 0.006, 0.01, 0.015, 0.02, 0.025, 0.03)
DECAY = 0.01


@dataclass(frozen=True)
class Row:
    """So many configurations, folds times learning rates, of one network; `steps` make a turn."""

    width: int
    layers: int
    configurations: int
    steps: int

    @property
    def title(self) -> str:
        """What the page calls it."""
        return f"{self.layers} × {self.width}, {self.configurations} configurations"


ROW = (Row(64, 2, 40, 24), Row(64, 2, 64, 24), Row(256, 3, 40, 4), Row(256, 3, 64, 4))


@dataclass(frozen=True)
class Trainer:
    """A contestant: takes the steps up to one of them, and shows its weights (networks, size)."""

    advance: Callable[[int], object]
    weights: Callable[[], torch.Tensor]


@dataclass(frozen=True)
class Course:
    """What all start from: our block, which has the rows; the first weights, and the rates.

    `target` is what networks are to put out; `factor` makes the mean of squares what ours learns.
    """

    block: Block
    begun: torch.Tensor
    target: torch.Tensor
    rates: torch.Tensor
    factor: torch.Tensor
    steps: int

    def batch(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the features and targets (lessons, rows, ...) of a step."""
        order = self.block.rows.order[step]
        return self.block.rows.features[order], self.target[order].float()

    def share(self, step: int) -> float:
        """Return the share of the full learning rate at a step."""
        return share(step, self.steps)


def block(row: Row, steps: int, folds: slice = slice(None)) -> Block:
    """Return ours, ready to train the lessons of some folds."""
    lessons = [_lesson(fold) for fold in range(row.configurations // len(RATES))][folds]
    return Block(lessons, Effort(steps, BATCH), BATCH, (row.width, row.layers))


def course(row: Row, steps: int) -> Course:
    """Return what the others train."""
    made = block(row, steps)
    starts = [track.start for track in made.tracks]
    factor = torch.tensor([float(each.step[0]) ** 2 / each.slope for each in starts])
    rates = torch.tensor(RATES).repeat(len(made.lessons))
    wanted = [
        torch.from_numpy((lesson.bench.target(lesson.bench.split.train) - each.centre) / each.step)
        for lesson, each in zip(made.lessons, starts[:: len(RATES)], strict=True)
    ]
    return Course(made, made.stack.weights.clone(), torch.cat(wanted), rates, factor, steps)


def flops(row: Row) -> int:
    """Count what the products of one network's step must do: no slopes in the features."""
    widths = [COLUMNS, *[row.width] * row.layers, 1]
    pairs = [fan * out for fan, out in pairwise(widths)]
    return 2 * BATCH * (3 * sum(pairs) - pairs[0])


class _Bench:
    """A fold of drawn rows; no column has so many numbers that it would be told piece by piece."""

    def __init__(self, fold: int) -> None:
        random = np.random.default_rng(fold)
        features = random.integers(-9, 10, (ROWS, COLUMNS)).astype(np.float32) / 5
        learnt, left = ROWS * 8 // 10, np.arange(ROWS)
        cuts = np.split(left, [learnt, learnt + 100])
        self.split, self.task = Split(0, fold, *cuts), SimpleNamespace(weight=None)
        self.dense = Parts(*(features[rows] for rows in cuts))
        wave = np.sin(features[:, 0]) + features[:, 1] * features[:, 2]
        self.values = wave + random.normal(0, 0.1, ROWS)

    def target(self, rows: np.ndarray) -> np.ndarray:
        return self.values[rows]

    def weight(self, rows: np.ndarray) -> None:
        return None


def _lesson(fold: int) -> Lesson:
    loss: Any = lossary.SquaredError()
    settings = tuple({"learning_rate": rate, "weight_decay": DECAY} for rate in RATES)
    referee = Referee(lambda raw: float(np.mean(raw)), lambda one, other: one < other)
    bench: Any = _Bench(fold)
    head = head_for(loss, "regression")
    return Lesson(bench, head, 1.0, (loss,) * len(RATES), settings, 1000 * fold, referee)
