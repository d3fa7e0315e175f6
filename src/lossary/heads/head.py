"""What a head is: from the raw numbers of a network to what a loss reads and what is reported.

A network always puts out raw numbers, centred on the loss's own best constant. A head turns them
into what the loss declares to read (an amount, a logarithm, a logit, scores), and into an answer in
the units of the target, so that every loss is judged on the same scale.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model says of some rows: amounts; or scores of classes, and probabilities if any."""

    value: np.ndarray | None = None
    score: np.ndarray | None = None
    probability: np.ndarray | None = None


@dataclass(frozen=True)
class Head(ABC):
    """From raw outputs of shape (..., outputs) to a loss's prediction and to an answer."""

    @property
    def outputs(self) -> int:
        """How many raw numbers a row has."""
        return 1

    @abstractmethod
    def prediction(self, xp: Any, raw: Array) -> Array:
        """Return what the loss reads, of any framework."""

    @abstractmethod
    def target(self, target: np.ndarray) -> np.ndarray:
        """Return what the loss compares it with."""

    @abstractmethod
    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return where raw constants may lie (lowest, highest) and one raw step, per output."""

    @abstractmethod
    def answer(self, raw: np.ndarray) -> Answer:
        """Return what is reported."""
