"""The head that reports labels, of which a row may bear several, or none."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.links import link
from lossary.core.loss import Loss
from lossary.domains import Domain, logit
from lossary.heads.binary import WIDE
from lossary.heads.chances import chances
from lossary.heads.head import Answer, Head

Array = Any


@dataclass(frozen=True)
class Labels(Head):
    """One logit for each label; targets are 0 and 1, of shape (n, labels)."""

    labels: int = 1
    reads: Domain = logit
    chance: Loss | None = None
    overlap: bool = False
    """Whether the loss is an overlap, whose best constant is "all of it", where slopes vanish."""

    @property
    def outputs(self) -> int:
        return self.labels

    def prediction(self, xp: Any, raw: Array) -> Array:
        way = link(logit, self.reads)
        assert way is not None
        return way(xp, raw)

    def target(self, target: np.ndarray) -> np.ndarray:
        return target.astype(float)

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        share = (target.sum(axis=0) + 0.5) / (len(target) + 1)  # of a label that never comes, too
        odds = np.log(share / (1 - share))
        wide = np.full(self.labels, WIDE)
        return (odds, odds, 0 * odds + 1) if self.overlap else (-wide, wide, 0 * odds + 1)

    def answer(self, raw: np.ndarray) -> Answer:
        if self.chance is None:
            return Answer(score=raw)
        return Answer(score=raw, probability=chances(self.chance, raw))
