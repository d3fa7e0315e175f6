"""What arms answered: calibration before and after the decision layer, residuals, and the pull."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from lossary.records import ArmRecord, BinRecord, PortraitRecord
from lossary.reports.figures.shapes import Dot, Line, Panel, Series, limits

_WHOLE = (0.0, 1.0)
_QUANTILES = ("back", "second", "front", "second", "back")


def calibration(arm: ArmRecord, chances: bool) -> tuple[Panel, ...]:
    """Show what came true against what was said: a panel for each class, or one of amounts."""
    assert arm.portrait is not None
    before, after = _by_series(arm.portrait.before), _by_series(arm.portrait.after)
    return tuple(
        _calibration(arm.name, series, before.get(series, ()), after.get(series, ()), chances)
        for series in dict.fromkeys((*before, *after))
    )


def _calibration(
    arm: str, series: str, before: Sequence[BinRecord], after: Sequence[BinRecord], chances: bool
) -> Panel:
    shown = [(each, style) for each, style in ((before, "second"), (after, "front")) if each]
    if len(shown) == 1:
        shown = [(shown[0][0], "front")]
    ends = [end for bins, _ in shown for each in bins for end in (each.answer, each.low, each.high)]
    within = _WHOLE if chances else limits(ends)
    return Panel(
        f"{arm}: {series}" if chances else arm,
        "probability said" if chances else "answer", "share that came true" if chances else
        "mean target", within, within,
        (Series(Line(within, within), "ideal"), *(_joined(bins, style) for bins, style in shown)),
        tuple(Dot(each.answer, each.target, each.low, each.high, style)
              for bins, style in shown for each in bins),
    )  # fmt: skip


def residuals(arm: ArmRecord) -> Panel | None:
    """Show the quantiles of the residuals along the answer; None where there are none."""
    found = arm.portrait.residuals if arm.portrait else ()
    if not found:
        return None
    at = tuple(each.answer for each in found)
    lines = [Line(at, tuple(each.quantiles[place] for each in found)) for place in range(5)]
    within = limits(y for line in lines for y in line.y)
    level = Series(Line((at[0], at[-1]), (0.0, 0.0)), "ideal")
    drawn = [Series(line, style) for line, style in zip(lines, _QUANTILES, strict=True)]
    return Panel(arm.name, "answer", "target − answer", limits(at, 0.03), within, (level, *drawn))


def histogram(arm: ArmRecord) -> Panel | None:
    """Show how many residuals are how large; None where none were counted."""
    found = arm.portrait.histogram if arm.portrait else ()
    if len(found) < 2:
        return None
    width = found[1][0] - found[0][0]
    bars = tuple((left, left + width, float(rows)) for left, rows in found)
    most = max(height for *_, height in bars)
    return Panel(
        arm.name, "target − answer", "rows", (bars[0][0], bars[-1][1]), (0.0, 1.08 * most),
        bars=bars,
    )  # fmt: skip


def pull(arm: ArmRecord, others: Sequence[ArmRecord]) -> Panel | None:
    """Show which share of the slopes the hardest rows carry, other arms behind; None if unknown.

    Were all rows to pull alike, the curve would be the diagonal.
    """
    if not (arm.portrait and arm.portrait.pull):
        return None
    behind = [each.portrait for each in others if each.portrait and each is not arm]
    return Panel(
        arm.name, "share of the rows, hardest first", "share of the pull", _WHOLE, _WHOLE,
        (Series(Line(_WHOLE, _WHOLE), "ideal"),
         *(Series(_carried(each), "back") for each in behind),
         Series(_carried(arm.portrait), "front")),
    )  # fmt: skip


def carried(portrait: PortraitRecord, share: float) -> float | None:
    """Read off which share of the pull the hardest rows carry; None where nothing is known."""
    points = ((0.0, 0.0), *portrait.pull)
    for (left, low), (right, high) in pairwise(points):
        if left <= share <= right and right > left:
            return low + (high - low) * (share - left) / (right - left)
    return None


def _carried(portrait: PortraitRecord) -> Line:
    points = ((0.0, 0.0), *portrait.pull)
    return Line(tuple(x for x, _ in points), tuple(y for _, y in points))


def _joined(bins: Sequence[BinRecord], style: str) -> Series:
    line = Line(tuple(each.answer for each in bins), tuple(each.target for each in bins))
    return Series(line, style)


def _by_series(bins: Sequence[BinRecord]) -> dict[str, tuple[BinRecord, ...]]:
    ordered = sorted(bins, key=lambda each: (each.series, each.answer))
    return {name: tuple(group) for name, group in groupby(ordered, lambda each: each.series)}
