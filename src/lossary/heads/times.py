"""The head that reports a time: its median, the risk, and the chance to last that long."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from lossary.core.loss import Loss
from lossary.heads.amounts import Amount
from lossary.heads.binary import WIDE
from lossary.heads.head import Answer
from lossary.heads.lasting import lasting, log_median


@dataclass(frozen=True)
class Times(Amount):
    """The logarithm of a time; targets are negative where they were censored."""

    scale: str = "log"
    chance: Loss | None = None

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logs = np.log(np.abs(target))
        # Where most are censored, the best constant lies far beyond all that was seen.
        return logs.min(keepdims=True), logs.max(keepdims=True) + WIDE, np.ones(1)

    def answer(self, raw: np.ndarray) -> Answer:
        assert self.chance is not None
        location = raw[..., 0]
        with np.errstate(over="ignore"):  # as for other amounts
            median = np.exp(location + log_median(self.chance))
        return Answer(
            value=median, score=-location, survival=partial(lasting, self.chance, location)
        )

    def raw_of(self, value: np.ndarray) -> np.ndarray:
        assert self.chance is not None
        return np.log(value) - log_median(self.chance)
