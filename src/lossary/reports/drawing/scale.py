"""Where a number lies between two ends, and which round numbers lie between them."""

import math
from dataclasses import dataclass

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """An axis from low to high, by differences or by factors."""

    low: float
    high: float
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies: 0 at the low end, 1 at the high, at most one range outside."""
        low, high, value = map(self._even, (self.low, self.high, max(value, self._floor)))
        return min(max((value - low) / (high - low or 1.0), -1.0), 2.0)

    def beyond(self, value: float) -> int:
        """Return -1 or 1 where a value lies beyond an end, else 0."""
        return (value > self.high) - (value < self.low)

    def ticks(self, about: int = 4) -> list[float]:
        """Return some round numbers within.

        >>> Scale(0.13, 0.71).ticks(), Scale(0.002, 5, log=True).ticks()
        ([0.2, 0.4, 0.6], [0.01, 0.1, 1.0])
        """
        if self.log and self.high / self.low >= 10:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1, 1 + (last - first) // 5)]
        step = _round_step((self.high - self.low) / about)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(place * step, 12) for place in range(first, last + 1)]

    @property
    def _floor(self) -> float:
        return self.low if self.log else -math.inf

    def _even(self, value: float) -> float:
        return math.log(value) if self.log else value


def _round_step(about: float) -> float:
    """Return the least round number that is no smaller."""
    if not (about > 0 and math.isfinite(about)):
        return 1.0
    power = 10.0 ** math.floor(math.log10(about))
    return next(power * digit for digit in _ROUND if power * digit >= about * (1 - 1e-9))
