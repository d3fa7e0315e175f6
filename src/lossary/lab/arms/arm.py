"""An arm of a study: a loss that competes, why, and what the training rows of a fold set of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.loss import Loss

BEND = 1.345  # Huber: 95 % as good as squares where there is nothing to guard against


@dataclass(frozen=True, eq=False)
class Facts:
    """What may be learnt of the training rows of a fold to set a loss's parameters.

    `spread` is the robust standard deviation of what a linear model leaves over.
    """

    spread: float
    shares: np.ndarray


@dataclass(frozen=True)
class Arm:
    """A loss that competes. `fitted` says what is set anew from the training rows of every fold."""

    name: str
    loss: Loss
    reason: str
    grade: str = ""
    cites: tuple[str, ...] = ()
    caution: str = ""
    fitted: str = ""

    def made(self, facts: Facts) -> tuple[Any, float]:
        """Return the loss as it is trained, and the unit in which it sees prediction and target."""
        loss: Any = self.loss
        if self.fitted == "delta":
            return loss.replace(delta=BEND * facts.spread), 1.0
        if self.fitted == "unit":
            return loss, facts.spread
        if self.fitted == "classes":
            return loss.replace(class_weight=tuple(1 / (len(facts.shares) * facts.shares))), 1.0
        return loss, 1.0
