"""What the numbers should be, by the definition in double precision, and how far off one is."""

from typing import Any

import numpy as np

import lossary
from benchmarks.contestants.ours import Ours
from benchmarks.rows import Row

CHUNK = 1 << 22


class Truth:
    """The value and slope of a row, or its slope and curvature, computed when first asked for."""

    def __init__(self, row: Row, arrays: tuple[np.ndarray, np.ndarray]) -> None:
        self.row, self.arrays = row, arrays
        self.kept: dict[str, tuple[Any, ...]] = {}

    def error(self, which: str, found: Any) -> dict[str, float]:
        """Compare a call's answer: the value by its own size, the rest by their largest entry."""
        names = ("slope", "curvature") if which == "bend" else ("value", "slope")
        truth = self._of("bend" if which == "bend" else "both")
        answers = found if isinstance(found, tuple) else (found,)
        return {
            name: _distance(_plain(answer), right)
            for name, answer, right in zip(names, answers, truth, strict=False)
        }

    def _of(self, which: str) -> tuple[Any, ...]:
        if which not in self.kept:
            with lossary.use_kernels(False):
                self.kept[which] = self._bend() if which == "bend" else self._both()
        return self.kept[which]

    def _bend(self) -> tuple[Any, ...]:
        return Ours(self.row.loss).slope_and_curvature(*map(_double, self.arrays))

    def _both(self) -> tuple[Any, ...]:
        """Piece by piece where pieces add up, so that doubles do not fill the memory."""
        ours, (p, t) = Ours(self.row.loss, self.row.classes_first), self.arrays
        if self.row.name == "Dice":
            return ours.with_slope(_double(p), _double(t))
        value, slope = 0.0, np.empty(p.shape)
        step = max(1, CHUNK // (p.size // len(p)))
        for at in range(0, len(p), step):
            piece = slice(at, at + step)
            share = len(p[piece]) / len(p)
            one, slopes = ours.with_slope(_double(p[piece]), _double(t[piece]))
            value += share * float(one)
            np.multiply(slopes, share, out=slope[piece])
        return value, slope


def _distance(found: Any, right: Any) -> float:
    """Return the largest error by the largest entry, a piece at a time."""
    if np.ndim(right) == 0:
        return float(abs(float(found) / float(right) - 1))
    pairs = zip(np.array_split(found, 64), np.array_split(right, 64), strict=True)
    worst = max(float(abs(a - b).max()) for a, b in pairs if a.size)
    return worst / float(max(abs(right.min()), abs(right.max())))


def _double(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def _plain(array: Any) -> Any:
    return array.detach().numpy() if hasattr(array, "detach") else np.asarray(array)
