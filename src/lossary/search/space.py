"""Where a search may go, and where its restarts begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.errors import ArgumentError, ShapeError

Start = Callable[[np.random.Generator], Any]
_TYPICAL = 64


@dataclass(frozen=True, eq=False)
class Space:
    """Vectors of weights: between bounds where there are any, begun by chance."""

    low: np.ndarray | None
    high: np.ndarray | None
    start: Start | None
    seed: int

    def drawn(self, number: int) -> np.ndarray:
        """Return the first weights of a restart; they depend on its number and the seed alone."""
        generator = self.generator(number)
        if self.start is None:
            assert self.low is not None and self.high is not None  # noqa: PT018 (one thing)
            return generator.uniform(self.low, self.high)
        point = np.asarray(self.start(generator), dtype=float)
        if point.ndim != 1 or not point.size or not np.isfinite(point).all():
            raise ShapeError(
                f"start: expected one vector of finite weights, got the shape {point.shape}.\n"
                f"Hint: lambda generator: generator.normal(size=10)"
            )
        return self.kept(point)

    def generator(self, *numbers: int) -> np.random.Generator:
        """Return a generator that belongs to the seed and these numbers."""
        return np.random.default_rng([self.seed, *numbers])

    def kept(self, points: np.ndarray) -> np.ndarray:
        """Bring points within the bounds."""
        return points if self.low is None else np.clip(points, self.low, self.high)

    @property
    def bounds(self) -> list[tuple[float, float]] | None:
        """The bounds as SciPy takes them."""
        if self.low is None or self.high is None:
            return None
        return list(zip(self.low.tolist(), self.high.tolist(), strict=True))

    @property
    def widths(self) -> np.ndarray:
        """How far apart first weights are, along each axis: the unit of steps."""
        if self.low is not None and self.high is not None and self.start is None:
            return self.high - self.low
        many = np.array([self.drawn(2**31 + i) for i in range(_TYPICAL)])
        spread = np.sqrt(12) * many.std(axis=0)  # of an interval: its length
        return np.where(spread > 0, spread, 1.0)


def space(bounds: Any, start: Start | None, seed: int) -> Space:
    """Read bounds and start.

    Raises:
        ArgumentError: neither is given, or the bounds are reversed or of no use.
    """
    if bounds is None and start is None:
        raise ArgumentError(
            "minimise: expected bounds=(low, high), or start=f, where f(generator) draws a vector "
            "of first weights.\nHint: start=lambda generator: generator.normal(size=10)"
        )
    if start is not None and not callable(start):
        raise ArgumentError(
            f"start: expected a function of a NumPy generator, got {type(start).__name__}.\n"
            f"Hint: start=lambda generator: generator.normal(size=10)"
        )
    if seed < 0:
        raise ArgumentError(f"seed={seed}: expected 0 or more.")
    if bounds is None:
        return Space(None, None, start, seed)
    return Space(*_read(bounds), start, seed)


def _read(bounds: Any) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(bounds, list) and all(isinstance(e, tuple) and len(e) == 2 for e in bounds):
        lows, highs = (list(side) for side in zip(*bounds, strict=True))
        raise ArgumentError(
            f"bounds={bounds}: a pair for each weight, as SciPy has them; bounds are (lows, highs) "
            f"here, two vectors.\nHint: bounds=({lows}, {highs})"
        )
    try:
        low, high = (np.asarray(each, dtype=float) for each in bounds)
        low, high = np.broadcast_arrays(low, high)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"bounds: expected (lows, highs), two vectors: {error}.") from error
    if low.ndim != 1 or not low.size:
        raise ArgumentError(
            f"bounds: expected two vectors, got the shape {low.shape}.\n"
            f"Hint: bounds=([-5.0, -5.0], [5.0, 5.0]) has two weights."
        )
    wrong = np.flatnonzero(~((low < high) & np.isfinite(high - low)))
    if len(wrong):
        place = int(wrong[0])
        raise ArgumentError(
            f"bounds: low[{place}]={low[place]:g}, high[{place}]={high[place]:g}: expected a "
            f"finite low below a finite high."
        )
    return low.copy(), high.copy()
