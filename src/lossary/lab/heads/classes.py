"""Heads that report classes: scores, and probabilities where the loss has any."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.links import link
from lossary.domains import Domain, logit, probability, scores
from lossary.lab.heads.head import Answer, Head

Array = Any
_WIDE = 8.0  # logits: a probability of one in three thousand


def _logistic(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


_CHANCES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "logistic": _logistic,
    "half logistic": lambda score: _logistic(2 * score),
    "linear": lambda score: np.clip((1 + score) / 2, 0, 1),
}


@dataclass(frozen=True)
class Binary(Head):
    """One logit for class 1; `chance` says how a margin becomes a probability, if it does."""

    reads: Domain = logit
    chance: str = ""
    as_class: bool = False
    """Whether the loss pools over a last axis of classes, here of one."""

    def prediction(self, xp: Any, raw: Array) -> Array:
        way = link(logit, self.reads)
        assert way is not None
        return way(xp, raw if self.as_class else raw[..., 0])

    def target(self, target: np.ndarray) -> np.ndarray:
        target = target.astype(float)
        return target[:, None] if self.as_class else target

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self.as_class:  # the best constant of an overlap is "all of it", where slopes vanish
            odds = np.array([np.log(target.mean() / (1 - target.mean()))])
            return odds, odds, np.ones(1)
        return np.array([-_WIDE]), np.array([_WIDE]), np.ones(1)

    def answer(self, raw: np.ndarray) -> Answer:
        score = raw[..., 0]
        if not self.chance:
            return Answer(score=score)
        yes = _CHANCES[self.chance](score)
        return Answer(score=score, probability=np.stack([1 - yes, yes], axis=-1))


@dataclass(frozen=True)
class Many(Head):
    """One score per class; the loss reads scores, log-probabilities or probabilities of them."""

    k: int = 2
    reads: Domain = scores
    shares: bool = False
    """Whether the loss wants the target as a row of shares, not as a label."""

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
        room = 0.0 if self.reads == probability else _WIDE / 2
        return logs - room, logs + room, np.ones(self.k)

    def answer(self, raw: np.ndarray) -> Answer:
        shifted = raw - raw.max(axis=-1, keepdims=True)
        chance = np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)
        score = raw[..., 1] - raw[..., 0] if self.k == 2 else raw
        return Answer(score=score, probability=chance)


@dataclass(frozen=True)
class OneVersusRest(Head):
    """One logit per class, each against all others; probabilities are brought to sum to one."""

    k: int = 3
    reads: Domain = logit
    chance: str = ""

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
        return np.full(self.k, -_WIDE), np.full(self.k, _WIDE), np.ones(self.k)

    def answer(self, raw: np.ndarray) -> Answer:
        if not self.chance:
            return Answer(score=raw)
        yes = Binary(chance=self.chance).answer(raw[..., None]).probability
        assert yes is not None
        return Answer(score=raw, probability=yes[..., 1] / yes[..., 1].sum(axis=-1, keepdims=True))
