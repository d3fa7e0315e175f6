"""The head of a network: how many numbers it puts out, what the loss reads of them, what is reported.

A network always puts out raw numbers, centred on the loss's own best constant. A head turns them
into what the loss declares to read (an amount, a logarithm, a logit, scores), and into an answer in
the units of the target, so that every loss is judged on the same scale.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.links import link
from lossary.domains import Domain, logit, probability, scores

Array = Any
_WIDE = 8.0  # logits: a probability of one in three thousand


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


@dataclass(frozen=True)
class Amount(Head):
    """One number, as it is; or, where the loss reads the logarithm of an amount, its exponential.

    `scale`: "plain", "log" (the loss itself reads logarithms) or "log1p" (the loss reads amounts
    above -1, and a network reaches those best through expm1).
    """

    scale: str = "plain"

    def prediction(self, xp: Any, raw: Array) -> Array:
        return xp.expm1(raw[..., 0]) if self.scale == "log1p" else raw[..., 0]

    def target(self, target: np.ndarray) -> np.ndarray:
        return target

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        raw = {"plain": lambda: target, "log1p": lambda: np.log1p(target),
               "log": lambda: np.log(np.maximum(target, target.mean() / 100))}[self.scale]()  # fmt: skip
        step = max(float(raw.std()), 1e-12) if self.scale != "log" else 1.0
        return raw.min(keepdims=True), raw.max(keepdims=True), np.array([step])

    def answer(self, raw: np.ndarray) -> Answer:
        back = {"plain": lambda x: x, "log": np.exp, "log1p": np.expm1}[self.scale]
        with np.errstate(over="ignore"):  # a net that ran away reports infinity, and loses by it
            return Answer(value=back(raw[..., 0]))


@dataclass(frozen=True)
class Normal(Head):
    """A mean and the logarithm of a variance; the mean is reported."""

    @property
    def outputs(self) -> int:
        return 2

    def prediction(self, xp: Any, raw: Array) -> Array:
        return raw

    def target(self, target: np.ndarray) -> np.ndarray:
        return target

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        deviation = max(float(target.std()), 1e-12)
        log_variance = 2 * np.log(deviation)
        low = np.array([target.min(), log_variance - 6])
        high = np.array([target.max(), log_variance + 6])
        return low, high, np.array([deviation, 1.0])

    def answer(self, raw: np.ndarray) -> Answer:
        return Answer(value=raw[..., 0])


@dataclass(frozen=True)
class Binary(Head):
    """One logit for class 1; `chance` says how the loss's margin becomes a probability, if it does."""

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
        yes = {"logistic": lambda: _sigmoid(score), "half logistic": lambda: _sigmoid(2 * score),
               "linear": lambda: np.clip((1 + score) / 2, 0, 1)}[self.chance]()  # fmt: skip
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
    """One logit per class, each class against all others; probabilities are brought to sum to one."""

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


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))
