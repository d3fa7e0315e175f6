"""What a learner is given: a loss, rows, a budget; and what it gives back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lossary.core.loss import Loss
from lossary.heads import Head
from lossary.lab.learners.network import outputs_of
from lossary.lab.learners.start import Start
from lossary.records import PointRecord, TrialRecord


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
class Referee:
    """What judges raw outputs of the tuning rows: the metric, never the loss."""

    score: Callable[[np.ndarray], float]
    better: Callable[[float, float], bool]

    def improves(self, score: float, known: float) -> bool:
        """Say whether a score is better than what is known so far, which may be nothing (NaN)."""
        return not np.isnan(score) and (bool(np.isnan(known)) or self.better(score, known))


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
        return moved(outputs, self.lesson.start).numpy()


def moved(outputs: torch.Tensor, start: Start) -> torch.Tensor:
    """Move outputs to the loss's own best constant; wide, as targets may be large and close."""
    return torch.from_numpy(start.centre) + torch.from_numpy(start.step) * outputs.double()


@contextmanager
def one_thread() -> Iterator[None]:
    """Use one thread, as small products are slower on many; restore what was before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
