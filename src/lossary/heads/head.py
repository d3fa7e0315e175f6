"""What a head is: from the raw numbers of a network to what a loss reads and what is reported.

A network always puts out raw numbers, centred on the loss's own best constant. A head turns them
into what the loss declares to read (an amount, a logarithm, a logit, scores), and into an answer in
the units of the target, so that every loss is judged on the same scale.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from lossary.core.loss import Loss

Array = Any


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model says of n rows, as far as its loss can tell.

    | target | value (n,) | score | probability |
    |---|---|---|---|
    | amount | the amount | | |
    | share | the share, from 0 to 1 | | |
    | two classes | | (n,), above zero for the second | (n, 2) |
    | k classes | | (n, k), the largest decides | (n, k) |
    | k levels | the expected level, from 0 | as for classes | (n, k) |
    | labels | | (n, labels) | (n, labels), of each by itself |
    | time | the median time | (n,), higher where sooner | |

    For times, `survival` gives the chance to last beyond some times: shapes (m,) -> (n, m).
    """

    value: np.ndarray | None = None
    score: np.ndarray | None = None
    probability: np.ndarray | None = None
    survival: Callable[[np.ndarray], np.ndarray] | None = None


@dataclass(frozen=True)
class Head(ABC):
    """From raw outputs of shape (..., outputs) to a loss's prediction and to an answer.

    A head whose answer depends on the loss keeps it as `chance`.
    """

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

    def with_loss(self, loss: Loss) -> Self:
        """Return the head of a loss that differs from this one's in numbers only.

        Another scale, or another exponent, makes another answer of the same raw outputs.
        """
        known = getattr(self, "chance", None) is not None
        return replace(self, chance=loss) if known else self  # type: ignore[call-arg]
