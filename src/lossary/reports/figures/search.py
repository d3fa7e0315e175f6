"""What a score hangs on: one parameter of an arm at a time, and how many settings were tried."""

import math

from lossary.records import OptimismRecord, SensitivityRecord, StudyRecord
from lossary.reports.figures.shapes import Dot, Line, Panel, Series, limits
from lossary.reports.numbers import parameter


def sensitivity(found: SensitivityRecord, record: StudyRecord) -> Panel:
    """Show the metric along one parameter, the region of practical equivalence shaded."""
    points = sorted(found.points, key=lambda each: each.value)
    at = tuple(each.value for each in points)
    log = found.scale == "log" and all(value > 0 for value in at)
    ends = [each.metric + sign * each.spread for each in points for sign in (-1, 1)]
    pick = max if record.question.greater_is_better else min
    best = pick((each.metric for each in points if math.isfinite(each.metric)), default=math.nan)
    worse = best + record.verdict.rope * (-1 if record.question.greater_is_better else 1)
    band = (min(best, worse), max(best, worse)) if record.verdict.rope > 0 else None
    return Panel(
        found.arm, parameter(found.parameter), record.question.metric,
        _reach(at, log), limits([*ends, best, worse]),
        (Series(Line(at, tuple(each.metric for each in points)), "front"),),
        tuple(Dot(each.value, each.metric, each.metric - each.spread, each.metric + each.spread)
              for each in points),
        band=band, log=log,
    )  # fmt: skip


def optimism(found: OptimismRecord, record: StudyRecord) -> Panel:
    """Show what an arm is expected to reach when 1, 2, 3 … of its settings are tried."""
    tried = tuple(float(place) for place in range(1, len(found.expected) + 1))
    everyone = [y for each in record.verdict.optimism for y in each.expected]
    behind = tuple(
        Series(Line(tuple(float(x + 1) for x in range(len(each.expected))), each.expected), "back")
        for each in record.verdict.optimism
        if each is not found
    )
    most = max((len(each.expected) for each in record.verdict.optimism), default=1)
    return Panel(
        found.arm, "settings tried", record.question.metric, (1.0, max(2.0, float(most))),
        limits(everyone), (*behind, Series(Line(tried, found.expected), "front")), whole=True,
    )  # fmt: skip


def _reach(at: tuple[float, ...], log: bool) -> tuple[float, float]:
    if not log:
        return limits(at, 0.05)
    low, high = min(at), max(at)
    room = (high / low) ** 0.05 if high > low else 2.0
    return low / room, high * room
