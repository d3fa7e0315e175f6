"""Both walked: how far an optimizer and what a host has for it part, and whether a claim holds."""

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np

from lossary.adapters.translation.call import HOSTS
from lossary.adapters.translation.hosts import may_fall, walker
from lossary.adapters.translation.spelling import APART, CONSTANT, NONE, Spelling
from lossary.adapters.translation.walking import STEPS, Ours, begun, distances, walked
from lossary.errors import HostError

CLOSE = 1e-6
"""Paths that part by less, relative to how far they have come, are the same."""


@dataclass(frozen=True)
class Comparison:
    """What was claimed of an optimizer in a host, and what walking both has shown.

    `steady` and `falling` are the largest relative differences of each problem: in 100 steps with a
    learning rate that stays, and in these and 100 more with a tenth of it. Both are empty where
    nothing was walked: the host has no such rule, or is not installed.
    """

    optimizer: Any
    host: str
    spelling: Spelling
    steady: dict[str, float]
    falling: dict[str, float]
    missing: str = ""

    @property
    def apart(self) -> dict[str, float]:
        """Return the largest difference of either walk."""
        walks = {"constant rate": self.steady, "falling rate": self.falling}
        return {name: max(each.values()) for name, each in walks.items() if each}

    @property
    def diverges(self) -> bool:
        """Say whether a walk has left all numbers behind, so that nothing is known of it."""
        return not all(map(isfinite, (*self.steady.values(), *self.falling.values())))

    @property
    def holds(self) -> bool:
        """Say whether the walks show what was claimed; true where there was nothing to walk."""
        far = self.apart
        if not far:
            return self.spelling.claim == NONE or bool(self.missing)
        steady, falling = far["constant rate"], far.get("falling rate", 0.0)
        if self.spelling.claim == APART:
            return max(steady, falling) >= CLOSE
        if self.spelling.claim == CONSTANT:
            return steady < CLOSE <= falling
        return max(steady, falling) < CLOSE


def compared(optimizer: Any, host: str, spelling: Spelling) -> Comparison:
    """Walk an optimizer beside what a host has for it."""
    if spelling.call is None:
        return Comparison(optimizer, host, spelling, {}, {})
    try:
        spelling.call.found()
    except HostError:
        return Comparison(optimizer, host, spelling, {}, {}, f"{HOSTS[host]} is not installed")
    with np.errstate(all="ignore"):  # a walk that diverges is told as such
        return _beside(optimizer, host, spelling)


def _beside(optimizer: Any, host: str, spelling: Spelling) -> Comparison:
    assert spelling.call is not None
    falls = falling_rate(optimizer) and may_fall(spelling.call)
    theirs = walked(walker(spelling.call, begun(optimizer), falls))
    ours = _walked(optimizer)
    steady = distances(theirs[:STEPS], ours[:STEPS])
    return Comparison(optimizer, host, spelling, steady, distances(theirs, ours) if falls else {})


def falling_rate(optimizer: Any) -> bool:
    """Say whether an optimizer has a learning rate that may fall on the way."""
    return bool(getattr(optimizer, "learning_rate", None) or (
        hasattr(optimizer, "of") and falling_rate(optimizer.of)
    ))  # fmt: skip


@lru_cache(maxsize=64)
def _walked(optimizer: Any) -> Any:
    """Walk ours, once for all hosts."""
    return walked(Ours(optimizer, begun(optimizer)))
