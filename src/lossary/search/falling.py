"""Where a loss falls, and how fast: slopes against the logarithm of the learning rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from lossary.search.watch import noise

REACHES = (0.04, 0.08, 0.16)
"""Half-widths of the window for a slope, as shares of the range's steps; the data choose."""
ENOUGH = 0.5
"""The share of the fastest fall that still counts as good."""
FEW = 10


@dataclass(frozen=True, eq=False)
class Fall:
    """A change of the loss along the learning rates, without its noise, and its slope per decade.

    Both come from a straight line through the neighbours, weighted by their nearness on the
    logarithmic scale (local linear regression, tricube weights): nothing lags behind, and the
    spacing is the right one. How wide the window is, is what predicts points left out best.
    """

    change: np.ndarray
    smooth: np.ndarray
    slope: np.ndarray
    stable: int
    """How many of the rates are known to hold: what is seen beyond them is no fall."""

    @property
    def end(self) -> int:
        """Where it is lowest."""
        return int(self.smooth[: self.stable].argmin()) if self.stable else 0

    @property
    def fastest(self) -> int | None:
        """The place of the fastest fall, or None where it fell by no more than its noise."""
        if self.stable < 3 or self.end == 0:
            return None
        place = int(self.slope[: self.end].argmin())
        fell = self.smooth[self.end] < -noise(self.change[: self.end + 1].tolist())
        return place if fell and self.slope[place] < 0 else None

    def width(self) -> tuple[int, int] | None:
        """Return the first and the last place around the fastest fall that are nearly as good."""
        if self.fastest is None:
            return None
        low = high = self.fastest
        enough = ENOUGH * self.slope[low]
        while low > 0 and self.slope[low - 1] <= enough:
            low -= 1
        while high + 1 < self.end and self.slope[high + 1] <= enough:
            high += 1
        return low, high


def fall(
    rates: Sequence[float], losses: Sequence[float], still: Sequence[float], held: float | None
) -> Fall:
    """Return how the loss changed; `still` are the same batches' losses at the first weights.

    Rates after the loss was no number any more are left out.
    """
    pairs = zip(losses, still, strict=True)
    change = np.array([after - before for after, before in pairs if isfinite(after)])
    if not len(change):
        return Fall(change, change, change, 0)
    x = np.log10(rates[: len(change)])
    calm = int(change.argmin()) + 1
    widths = [max(2, round(share * len(rates))) for share in REACHES]
    best = min(widths, key=lambda each: _missed(x[:calm], change[:calm], each))
    smooth, slope, _ = _lines(x, change, best)
    stable = sum(rate <= held for rate in rates[: len(change)]) if held else 0
    return Fall(change, smooth, slope, stable)


def _missed(x: np.ndarray, y: np.ndarray, reach: int) -> float:
    """Return the mean square by which lines miss points that they were not drawn through."""
    if len(x) < FEW:
        return float(reach)
    smooth, _, own = _lines(x, y, reach)
    return float((((y - smooth) / np.clip(1 - own, 1e-3, None)) ** 2).mean())


def _lines(x: np.ndarray, y: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return heights and slopes of lines at each point, and each point's pull on its own line."""
    width = (reach + 1) * (x[1] - x[0]) if len(x) > 1 else 1.0
    apart = x[None, :] - x[:, None]
    weight = np.clip(1 - np.abs(apart / width) ** 3, 0, None) ** 3
    weight /= weight.sum(axis=1, keepdims=True)
    middle, mean = (weight * apart).sum(axis=1), weight @ y
    lean = weight * (apart - middle[:, None])
    spread = (lean * apart).sum(axis=1)
    spread = np.where(spread > 0, spread, np.inf)  # one point alone has no slope
    slope = (lean * (y[None, :] - mean[:, None])).sum(axis=1) / spread
    own = np.diag(weight) + middle**2 * np.diag(weight) / spread
    return mean - slope * middle, slope, own
