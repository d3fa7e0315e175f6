"""Has a loss diverged? Judged by differences alone, so that its sign and level do not matter."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median

WINDOW = 5
"""Changes whose median is looked at: a single wild batch is no divergence."""
LOST = 0.9
"""The share of what was gained that must be lost again."""
NOISE = 4.0
"""How many mean differences of neighbouring losses a rise must exceed."""
_ROUNDING = 8 * 2.0**-24


class Watch:
    """Hears by how much the loss has changed since the first weights; says when it has diverged.

    The running median has then risen from its lowest by nine tenths of what it had gained (or the
    loss is no number any more), and by more than chance and rounding make of it. `still` are
    losses of the batches at the first weights.

    >>> watch = Watch(still=[7.0, 7.1])
    >>> [watch.hear(change) for change in (-1, -2, -3, -4, -4, -4, -4, -3, -1, 0, 0, 6)][-3:]
    [False, False, True]
    """

    def __init__(self, still: Sequence[float]) -> None:
        self.chance = max(NOISE * noise(still), _ROUNDING * max(map(abs, still)))
        self.seen: list[float] = []
        self.lowest = 0.0

    def hear(self, change: float) -> bool:
        """Return whether the loss has diverged by now."""
        if not math.isfinite(change):
            return True
        self.seen.append(change)
        now = median(self.seen[-WINDOW:])
        self.lowest = min(self.lowest, now)
        enough = len(self.seen) >= WINDOW
        return enough and now - self.lowest > max(LOST * -self.lowest, self.chance)


def noise(losses: Sequence[float]) -> float:
    """Return the mean size of the difference of neighbouring losses."""
    apart = [abs(after - before) for before, after in pairwise(losses)]
    return fmean(apart) if apart else 0.0
