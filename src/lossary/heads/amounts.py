"""Heads that report an amount: as it is, through a logarithm, or as the mean of a distribution."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.heads.head import Answer, Head

Array = Any
_LEAST = 1e-12
_WAYS: dict[str, Any] = {"plain": np.asarray, "log": np.log, "log1p": np.log1p}


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
        raw = self._raw(target)
        step = 1.0 if self.scale == "log" else max(float(raw.std()), _LEAST)
        return raw.min(keepdims=True), raw.max(keepdims=True), np.array([step])

    def answer(self, raw: np.ndarray) -> Answer:
        with np.errstate(over="ignore"):  # a net that ran away reports infinity, and loses by it
            if self.scale == "log":
                return Answer(value=np.exp(raw[..., 0]))
            return Answer(value=self.prediction(np, raw))

    def raw_of(self, value: np.ndarray) -> np.ndarray:
        """Return the raw numbers, of the value's shape, with which it would answer a value."""
        return _WAYS[self.scale](value)

    def _raw(self, target: np.ndarray) -> np.ndarray:
        if self.scale == "log":
            return np.log(np.maximum(target, target.mean() / 100))
        return np.log1p(target) if self.scale == "log1p" else target


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
        deviation = max(float(target.std()), _LEAST)
        log_variance = 2 * np.log(deviation)
        low = np.array([target.min(), log_variance - 6])
        high = np.array([target.max(), log_variance + 6])
        return low, high, np.array([deviation, 1.0])

    def answer(self, raw: np.ndarray) -> Answer:
        return Answer(value=raw[..., 0])
