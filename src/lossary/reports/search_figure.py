"""What the picture of a global search shows, as plain data: taken from its record."""

import math
from dataclasses import dataclass

from lossary.records import RestartRecord, SearchRecord
from lossary.reports.figures import Line
from lossary.reports.numbers import number

SHOWN = 6
"""Basins that have a colour of their own; the others share one."""


@dataclass(frozen=True)
class Course:
    """How far above the best loss a restart was, along its own evaluations."""

    line: Line
    basin: int | None


@dataclass(frozen=True)
class Bar:
    """A basin: how many restarts settled in it, and how far above the best."""

    label: str
    count: int
    basin: int


@dataclass(frozen=True)
class SearchFigure:
    """Where restarts went, and how many ended in each basin."""

    title: str
    remark: str
    courses: tuple[Course, ...]
    bars: tuple[Bar, ...]
    floor: float
    """What is nearer to the best than this is drawn there: a logarithm has no zero."""


def search_figure(record: SearchRecord) -> SearchFigure:
    """Show the restarts and their basins; best first."""
    best = record.loss
    gaps = [
        each.first - best
        for each in record.restarts
        if math.isfinite(each.first) and each.first > best
    ]
    floor = 1e-9 * max(gaps, default=1.0)
    courses = tuple(Course(_line(each, best, floor), each.basin) for each in record.restarts)
    shown = record.basins[:SHOWN]
    bars = [Bar(number(each.loss, 4), each.count, place) for place, each in enumerate(shown)]
    rest = record.basins[SHOWN:]
    if rest:
        bars.append(Bar(f"{len(rest)} more", sum(each.count for each in rest), SHOWN))
    return SearchFigure(_title(record), _remark(record), courses, tuple(bars), floor)


def _title(record: SearchRecord) -> str:
    late = f"; {record.unsettled} had not settled" if record.unsettled else ""
    if not record.basins:
        return f"No restart settled{late}" if late else "No restart ended at a finite loss"
    settled = sum(each.count for each in record.basins)
    count, basins = record.basins[0].count, len(record.basins)
    where = f"in the best of {basins} basins" if basins > 1 else "in one basin"
    return f"{count} of {settled} restarts that settled are {where}{late}"


def _remark(record: SearchRecord) -> str:
    more = record.more
    if more is None:
        return ""
    words = f"One more restart ends lower with a chance of at most {more.chance_high:.0%}"
    if more.unseen is None:
        return words
    return (
        f"{words}, in a new basin with about {more.unseen:.0%} "
        f"({more.unseen_low:.0%} to {more.unseen_high:.0%})"
    )


def _line(restart: RestartRecord, best: float, floor: float) -> Line:
    seen = [each for each in restart.course if math.isfinite(each.loss)]
    return Line(
        tuple(float(each.evaluations) for each in seen),
        tuple(max(each.loss - best, floor) for each in seen),
    )
