"""Amounts brought to the right mean, for a loss that does not aim at it: as after a logarithm.

What is learnt on a logarithmic scale comes back as a geometric mean, which is too low; Duan's
smearing (1983) multiplies it. Here by what the targets sum to over what the answers do, drawn back
to 1 by as much as chance may have done it. Not for a loss that is robust on purpose: it would be
undone.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.layer import Numbers
from lossary.lab.decision.reported import Amounts


@dataclass(frozen=True)
class Rescaled(Amounts):
    """An amount times a factor, then kept within bounds."""

    words: str = "amounts are brought to the right mean on the inner hold-out"
    tunes: ClassVar[bool] = True

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        value = self.asked(answer, {})
        if value is None or not np.average(value, weights=weight) > 0:
            return {}
        return {"factor": shrunk_factor(value, target, weight)}

    def applied(self, answer: Answer, numbers: Numbers) -> Answer:
        if answer.value is None or not numbers:
            return answer
        return replace(answer, value=answer.value * numbers["factor"])

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        return super().asked(self.applied(answer, numbers), numbers)


def shrunk_factor(value: np.ndarray, target: np.ndarray, weight: np.ndarray | None) -> float:
    """Return the ratio of the means, moved to 1 by what its standard error makes of it.

    >>> shrunk_factor(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), None)
    2.0
    """
    each = np.ones(len(value)) if weight is None else weight / weight.mean()
    mean = float(np.mean(each * value))
    factor = float(np.mean(each * target)) / mean
    chance = float(np.mean(np.square(each * (target - factor * value)))) / (len(value) * mean**2)
    off = (factor - 1) ** 2
    return 1 + (factor - 1) * max(0.0, 1 - chance / off) if off > 0 else 1.0
