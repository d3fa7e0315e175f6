"""Heads that report one of many classes: scores, and probabilities where the loss has any."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.links import link
from lossary.core.loss import Loss
from lossary.domains import Domain, logit, probability, scores
from lossary.heads.binary import WIDE
from lossary.heads.chances import chances
from lossary.heads.class_chances import class_chances, softmax, tells_class_chances
from lossary.heads.head import Answer, Head

Array = Any


@dataclass(frozen=True)
class Many(Head):
    """One score per class; the loss reads scores, log-probabilities or probabilities of them.

    Where their softmax is no probability, `chance` is the loss that says what they stand for.
    """

    k: int = 2
    reads: Domain = scores
    shares: bool = False
    """Whether the loss wants the target as a row of shares, not as a label."""
    chance: Loss | None = None

    @property
    def outputs(self) -> int:
        return self.k

    def prediction(self, xp: Any, raw: Array) -> Array:
        way = link(scores, self.reads)
        assert way is not None
        return way(xp, raw)

    def target(self, target: np.ndarray) -> np.ndarray:
        return np.eye(self.k)[target] if self.shares else target

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logs = np.log(np.maximum(np.bincount(target, minlength=self.k), 1) / len(target))
        # the best constant of an overlap is one class everywhere, where slopes vanish
        room = 0.0 if self.reads == probability else WIDE / 2
        return logs - room, logs + room, np.ones(self.k)

    def answer(self, raw: np.ndarray) -> Answer:
        score = raw[..., 1] - raw[..., 0] if self.k == 2 else raw
        return Answer(score=score, probability=self._chances(raw))

    def _chances(self, raw: np.ndarray) -> np.ndarray | None:
        if self.chance is None:
            return softmax(raw)
        told = tells_class_chances(self.chance, self.k)
        return class_chances(self.chance, raw) if told else None


@dataclass(frozen=True)
class OneVersusRest(Head):
    """One logit per class, each against all others; probabilities are brought to sum to one."""

    k: int = 3
    reads: Domain = logit
    chance: Loss | None = None

    @property
    def outputs(self) -> int:
        return self.k

    def prediction(self, xp: Any, raw: Array) -> Array:
        way = link(logit, self.reads)
        assert way is not None
        return way(xp, raw)

    def target(self, target: np.ndarray) -> np.ndarray:
        return np.eye(self.k)[target]

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return np.full(self.k, -WIDE), np.full(self.k, WIDE), np.ones(self.k)

    def answer(self, raw: np.ndarray) -> Answer:
        if self.chance is None:
            return Answer(score=raw)
        yes = chances(self.chance, raw)
        return Answer(score=raw, probability=yes / yes.sum(axis=-1, keepdims=True))
