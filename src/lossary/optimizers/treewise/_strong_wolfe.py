"""A line search for both of Wolfe's conditions: Nocedal and Wright, algorithms 3.5 and 3.6."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

EVALUATED = Callable[[float], tuple[float, float]]
"""From a step to the loss there, and to its slope along the line."""


@dataclass(frozen=True)
class Point:
    """A step along the line, with the loss and its slope there."""

    step: float
    loss: float
    slope: float


@dataclass
class Search:
    """Seek a step where the loss has fallen enough and is flat enough; or the best that was met."""

    line: EVALUATED
    start: Point
    fall: float
    """The share of the first slope by which the loss must fall at least."""
    flat: float
    """The share of the first slope that may be left."""
    evaluations: int

    def __post_init__(self) -> None:
        self.best = self.start

    def found(self, first: float) -> Point:
        """Begin with a first step, and lengthen it until a good one lies between two."""
        last, step = self.start, first
        while self.evaluations:
            point = self._at(step)
            if self._high(point) or (last.step > 0 and point.loss >= last.loss):
                return self._between(last, point)
            if self._good(point):
                return point
            if point.slope >= 0:
                return self._between(point, last)
            wanted = lowest(last, point)
            last, step = point, min(max(wanted or 0.0, 2 * step), 10 * step)
        return self.best

    def _between(self, low: Point, high: Point) -> Point:
        """Narrow an interval whose end `low` has fallen enough and points into it."""
        while self.evaluations:
            width = high.step - low.step
            wanted = lowest(low, high)
            share = 0.5 if wanted is None else (wanted - low.step) / width
            point = self._at(low.step + min(max(share, 0.1), 0.9) * width)
            if self._high(point) or point.loss >= low.loss:
                high = point
            elif self._good(point):
                return point
            else:
                high = low if point.slope * width >= 0 else high
                low = point
        return self.best

    def _at(self, step: float) -> Point:
        self.evaluations -= 1
        point = Point(step, *self.line(step))
        if point.loss < self.best.loss:
            self.best = point
        return point

    def _high(self, point: Point) -> bool:
        limit = self.start.loss + self.fall * point.step * self.start.slope
        return not point.loss <= limit  # NaN is high too

    def _good(self, point: Point) -> bool:
        return abs(point.slope) <= -self.flat * self.start.slope


def lowest(one: Point, other: Point) -> float | None:
    """Return where the cubic through two points and their slopes is lowest; None if nowhere."""
    numbers = (one.loss, one.slope, other.loss, other.slope)
    width = other.step - one.step
    if not all(map(isfinite, numbers)) or width == 0:
        return None
    bend = one.slope + other.slope - 3 * (other.loss - one.loss) / width
    square = bend * bend - one.slope * other.slope
    if square < 0:
        return None
    root = square**0.5 if width > 0 else -(square**0.5)
    under = other.slope - one.slope + 2 * root
    return other.step - width * (other.slope + root - bend) / under if under else None
