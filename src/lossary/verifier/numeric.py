"""Numerical derivatives that know how far they can be trusted, and where a kink or a jump is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any

import numpy as np

Array = Any
Line = Callable[[float], float]

STEP = 1e-4
"""The widest step of a smooth function in double precision, per unit of the point's own size."""
NEAR = 1e-7
"""Steps so narrow that a smooth function is straight over them: what bends there is noise."""
WIDE = 0.03
"""A step wide enough to leave a stair of half precision."""
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Slope:
    """The slope of a function of one number, and how far it can be trusted."""

    value: float
    error: float
    """What it may be off by, from the steps' width and from the noise of the values."""
    kink: bool
    jump: bool
    left: float
    """The slope from below, and from above; at a kink every number between them is right."""
    right: float


@dataclass(frozen=True)
class Slopes:
    """A gradient, what it may be off by, and at which entries the function has a kink or a jump."""

    value: Array
    error: Array
    kink: Array
    left: Array
    right: Array
    jump: Array

    @property
    def smooth(self) -> Array:
        """Mark the entries at which there is one slope, and it is known."""
        return ~self.kink & ~self.jump & np.isfinite(self.value) & np.isfinite(self.error)


def numeric_slope(
    function: Callable[[Array], float], point: Array, low: float = -inf, high: float = inf
) -> Slopes:
    """Differentiate a function of an array entry by entry, never leaving [low, high]."""
    point = np.asarray(point, dtype=np.float64)
    found = []
    for index in np.ndindex(point.shape):
        one = np.zeros_like(point)
        one[index] = 1.0
        found.append(directional(function, point, one, low, high))
    fields = ("value", "error", "kink", "left", "right", "jump")
    columns = {
        name: np.array([getattr(each, name) for each in found]).reshape(point.shape)
        for name in fields
    }
    return Slopes(**columns)


def directional(
    function: Callable[[Array], float],
    point: Array,
    direction: Array,
    low: float = -inf,
    high: float = inf,
) -> Slope:
    """Differentiate along a direction: about a dozen calls, however many entries there are."""
    point = np.asarray(point, dtype=np.float64)
    moved = direction != 0
    size = float(np.clip(abs(point[moved]).max(initial=0.0), 1.0, 100.0))
    up = _room(point, direction, low, high)
    down = _room(point, -direction, low, high)
    return line_slope(lambda step: float(function(point + step * direction)), up, down, size)


def _room(point: Array, direction: Array, low: float, high: float) -> float:
    """Return how far one can go before an entry leaves [low, high]."""
    with np.errstate(all="ignore"):
        far = np.where(direction > 0, (high - point) / direction, (low - point) / direction)
    return float(max(0.0, np.where(direction == 0, inf, far).min(initial=inf)))


def line_slope(line: Line, up: float = inf, down: float = inf, size: float = 1.0) -> Slope:
    """Differentiate a function of one number at zero, within [-down, up]."""
    here = line(0.0)
    if not isfinite(here):
        return Slope(np.nan, inf, False, False, np.nan, np.nan)
    noise, still = _noise(line, here, up, down, NEAR * size)
    # Values that are only good to single precision need steps that outweigh their noise.
    step = size * (STEP if noise < 1e-11 * max(1.0, abs(here)) else 100 * STEP)
    if min(up, down) < step / 100:
        found = _one_sided(line, here, noise, step, up, down)
    else:
        found = _two_sided(line, here, noise, min(step, up, down))
    return replace(found, error=inf) if still and _staircase(line, here, found, up, down) else found


def _staircase(line: Line, here: float, found: Slope, up: float, down: float) -> bool:
    """Say whether values that stand still nearby move farther off, in steps, as half precision."""
    if abs(found.value) * NEAR > 100 * EPSILON * abs(here):
        return True
    return found.value == 0 and any(line(s) != here for s in (min(WIDE, up), -min(WIDE, down)))


def _noise(line: Line, here: float, up: float, down: float, width: float) -> tuple[float, bool]:
    """Return how rough values are over steps too narrow to bend, and whether they stand still."""
    if up >= 2 * width <= down:
        a, b, c, d = line(-width), here, line(width), line(2 * width)
    else:
        width = min(width, max(up, down) / 3) * (1.0 if up >= down else -1.0)
        a, b, c, d = here, line(width), line(2 * width), line(3 * width)
    bends = (abs(a - 2 * b + c), abs(b - 2 * c + d))
    rough = min(bends) if all(map(isfinite, bends)) else 0.0  # a kink bends at one of them only
    return max(rough, 4 * EPSILON * max(abs(here), 1e-300)), a == b == c == d


def _two_sided(line: Line, here: float, noise: float, step: float) -> Slope:
    steps = np.array([step, step / 2, step / 4])
    ups, downs = np.array([line(s) for s in steps]), np.array([line(-s) for s in steps])
    with np.errstate(all="ignore"):
        rights, lefts = (ups - here) / steps, (here - downs) / steps
        middles = (rights + lefts) / 2
        rounding = 2 * noise / steps[-1]
        value = middles[2] + (middles[2] - middles[1]) / 3
        error = abs(middles[2] - middles[1]) + abs(middles[1] - middles[0]) / 4 + rounding
        gaps = rights - lefts
    if not isfinite(value):
        return Slope(np.nan, inf, False, False, lefts[2], rights[2])
    right, left = 2 * rights[2] - rights[1], 2 * lefts[2] - lefts[1]
    jump = _jumps(ups - here, noise) or _jumps(downs - here, noise)
    # The one-sided slopes of a smooth function differ by the step times its curvature, which halves
    # with the step; at a kink they keep their distance.
    rest = abs(2 * gaps[2] - gaps[1])
    kink = rest > 0.25 * abs(gaps[2]) + 10 * rounding + 1e-7 * abs(value)
    return Slope(float(value), float(error), bool(kink), jump, float(left), float(right))


def _jumps(moves: Array, noise: float) -> bool:
    """Say whether the value moves as far over a quarter of the step as over all of it."""
    return bool(abs(moves[2]) > 100 * noise and abs(moves[2]) > 0.8 * abs(moves[0]) > 0)


def _one_sided(line: Line, here: float, noise: float, step: float, up: float, down: float) -> Slope:
    """Differentiate at an edge of the domain, from the side that there is."""
    sign = 1.0 if up >= down else -1.0
    step = min(step, max(up, down))
    if step <= 0:
        return Slope(np.nan, inf, False, False, np.nan, np.nan)
    steps = step / np.array([1.0, 2.0, 4.0])
    moves = np.array([line(sign * s) for s in steps]) - here
    first = sign * moves / steps
    second = 2 * first[1:] - first[:-1]
    value = second[1] + (second[1] - second[0]) / 3
    error = abs(second[1] - second[0]) + 4 * noise / steps[-1]
    if not isfinite(value):
        return Slope(np.nan, inf, False, False, np.nan, np.nan)
    # Towards an infinite slope, as of log(p) at p = 0, the differences grow with every step.
    steep = abs(first[2] - first[1]) > 0.9 * abs(first[1] - first[0]) + 10 * noise / steps[-1]
    error = inf if steep else error
    return Slope(float(value), float(error), False, _jumps(moves, noise), value, value)
