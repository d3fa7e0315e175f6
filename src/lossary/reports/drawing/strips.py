"""Rows of intervals as HTML: names are text that breaks where a screen is narrow, bars stretch."""

import math
from dataclasses import dataclass

from lossary.reports.drawing.scale import Scale
from lossary.reports.figures.shapes import Row, Rows
from lossary.reports.numbers import number


@dataclass(frozen=True)
class Strip:
    """One row, its places in per cent of the track; `beyond` is where the mark lies outside."""

    label: str
    strong: bool
    dots: tuple[float, ...]
    mark: float | None
    bar: tuple[float, float] | None
    beyond: int
    said: str


@dataclass(frozen=True)
class Strips:
    """A figure of rows, ready for the page: places are in per cent from the left."""

    title: str
    axis: str
    strips: tuple[Strip, ...]
    ticks: tuple[tuple[float, str], ...]
    line: float | None
    band: tuple[float, float] | None


def strips(figure: Rows) -> Strips:
    """Lay out a figure with a row for each arm."""
    scale = Scale(*figure.limits)
    ticks = tuple((_at(scale, tick), number(tick)) for tick in scale.ticks())
    line = None if figure.line is None else _at(scale, figure.line)
    band = None
    if figure.band is not None:
        left, right = (_at(scale, end) for end in figure.band)
        band = (left, round(right - left, 2))
    rows = tuple(_strip(row, scale) for row in figure.rows)
    return Strips(figure.title, figure.axis, rows, ticks, line, band)


def _strip(row: Row, scale: Scale) -> Strip:
    bar = None
    if row.bar is not None and all(map(math.isfinite, row.bar)):
        left, right = (_at(scale, end) for end in row.bar)
        bar = (left, round(right - left, 2))
    known = row.mark is not None and math.isfinite(row.mark)
    mark = _at(scale, row.mark) if known and row.mark is not None else None
    beyond = scale.beyond(row.mark) if known and row.mark is not None else 0
    dots = tuple(_at(scale, dot) for dot in row.dots if math.isfinite(dot))
    return Strip(row.label, row.strong, dots, mark, bar, beyond, _said(row))


def _said(row: Row) -> str:
    """Say in words what is drawn."""
    if row.bar is None:
        return f"at {number(row.mark)}"
    low, high = row.bar
    return f"{number(row.mark, 3)}, between {number(low, 3)} and {number(high, 3)}"


def _at(scale: Scale, value: float) -> float:
    return round(100 * min(max(scale.place(value), 0.0), 1.0), 2)
