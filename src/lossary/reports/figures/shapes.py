"""What a figure is made of, as plain data: rows of intervals; panels of lines, dots and bars."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """Points joined in order."""

    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Series:
    """A line and how it is meant: "front", "second", "back", or "ideal" for what would be right."""

    line: Line
    style: str = "front"


@dataclass(frozen=True)
class Dot:
    """A point with an interval."""

    x: float
    y: float
    low: float
    high: float
    style: str = "front"


@dataclass(frozen=True)
class Row:
    """One arm in a figure with a row for each: dots, a mark, and a bar from low to high."""

    label: str
    dots: tuple[float, ...] = ()
    mark: float | None = None
    bar: tuple[float, float] | None = None
    strong: bool = False


@dataclass(frozen=True)
class Rows:
    """A figure with one row for each arm, best on top.

    `line` is drawn through all of them, `band` shaded behind them; what lies beyond `limits` is
    shown as an arrow at the edge.
    """

    title: str
    axis: str
    rows: tuple[Row, ...]
    limits: tuple[float, float]
    line: float | None = None
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class Panel:
    """A small figure with two axes; `band` is a region of y, `bars` are (left, right, height).

    `log` and `whole` are of the lower axis: it goes by factors, it counts.
    """

    title: str
    x_axis: str
    y_axis: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    series: tuple[Series, ...] = ()
    dots: tuple[Dot, ...] = ()
    bars: tuple[tuple[float, float, float], ...] = ()
    band: tuple[float, float] | None = None
    log: bool = False
    whole: bool = False


def limits(values: Iterable[float], room: float = 0.08) -> tuple[float, float]:
    """Return the range of the finite among some values, with a little room on both sides."""
    seen = [value for value in values if math.isfinite(value)]
    if not seen:
        return 0.0, 1.0
    more = room * (max(seen) - min(seen)) or 0.5 * abs(seen[0]) or 0.5
    return min(seen) - more, max(seen) + more
