"""What the picture of a learning-rate range test shows, as plain data: taken from its record."""

import math
from dataclasses import dataclass

from lossary.records import RangeRecord
from lossary.reports.figures import Line
from lossary.reports.numbers import number


@dataclass(frozen=True)
class Mark:
    """A learning rate, the interval it lies in, and what it is called."""

    label: str
    at: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RangeFigure:
    """The loss of every repeat along the learning rate, and what to take from it."""

    title: str
    raw: tuple[Line, ...]
    smooth: tuple[Line, ...]
    terms: tuple[tuple[str, Line], ...]
    """The median of each term over the repeats; empty where there is only one term."""
    limits: tuple[float, float]
    rates: tuple[float, float]
    suggested: Mark
    wide: Mark
    divergence: Mark


def range_figure(record: RangeRecord) -> RangeFigure:
    """Show where a loss falls and where it diverges."""
    raw = tuple(Line(each.learning_rates, each.losses) for each in record.sweeps)
    smooth = tuple(
        Line(each.learning_rates[: len(each.smooth)], each.smooth) for each in record.sweeps
    )
    terms = _terms(record)
    decades = record.decades
    wide = f"falls well: {number(decades, 2)} decades" if decades else "falls well"
    return RangeFigure(
        title=_title(record),
        raw=raw,
        smooth=smooth,
        terms=terms,
        limits=_limits(record, [line for _, line in terms]),
        rates=(record.low, record.high),
        suggested=Mark("suggested", record.suggested, record.suggested_low, record.suggested_high),
        wide=Mark(wide, None, record.wide_low, record.wide_high),
        divergence=Mark("diverges", None, record.held, record.diverged),
    )


def _title(record: RangeRecord) -> str:
    if record.suggested is None:
        return "The loss falls at no learning rate of this range"
    start = f"Start with a learning rate of {number(record.suggested, 2)}"
    if record.diverged is None:
        return f"{start}; nothing diverges in this range"
    return f"{start}; it diverges from about {number(record.diverged, 2)} on"


def _terms(record: RangeRecord) -> tuple[tuple[str, Line], ...]:
    first = record.sweeps[0]
    if len(first.terms) < 2:
        return ()
    shared = min(record.sweeps, key=lambda each: len(each.smooth))  # where a median is one of all
    found = []
    for place, term in enumerate(first.terms):
        columns = [
            [each.terms[place].smooth[i] for each in record.sweeps]
            for i in range(min(len(each.terms[place].smooth) for each in record.sweeps))
        ]
        middle = tuple(sorted(column)[len(column) // 2] for column in columns)
        found.append((term.name, Line(shared.learning_rates[: len(middle)], middle)))
    return tuple(found)


def _limits(record: RangeRecord, terms: list[Line]) -> tuple[float, float]:
    """Return heights at which the fall fills the picture; what diverges leaves it."""
    level = max(each.smooth[0] for each in record.sweeps if each.smooth)
    lowest = min(min(each.smooth) for each in record.sweeps if each.smooth)
    seen = [y for line in terms for y in line.y[: len(line.y) // 2] if math.isfinite(y)]
    low, high = min([lowest, *seen]), max([level, *seen])
    room = (high - low) or 1.0
    return low - 0.12 * room, high + 0.45 * room
