"""Pictures as files: a range test and a global search, drawn from their figures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from lossary.records import RangeRecord, SearchRecord
from lossary.reports.range_figure import RangeFigure, range_figure
from lossary.reports.search_figure import SHOWN, SearchFigure, search_figure

_INK, _FRONT, _BACK, _WARN = "#0a0b0c", "#2f86c9", "#8a929c", "#b3372f"
_GOOD = "#3a8f5c"
_TERMS = ("#c9742f", "#7a4fb5", "#3a8f5c", "#8a6d1f")
_BASINS = ("#2f86c9", "#c9742f", "#3a8f5c", "#7a4fb5", "#b3372f", "#8a6d1f")
_STYLE = {
    "svg.hashsalt": "lossary", "svg.fonttype": "none", "text.parse_math": False,
    "font.family": "sans-serif", "font.size": 10, "axes.titlesize": 12, "axes.linewidth": 0.6,
    "axes.spines.top": False, "axes.spines.right": False, "figure.facecolor": "white",
    "axes.edgecolor": _INK, "text.color": _INK, "legend.frameon": False,
    "grid.color": _BACK, "grid.alpha": 0.25, "grid.linewidth": 0.6,
}  # fmt: skip


def picture(record: RangeRecord | SearchRecord, path: str | Path) -> Path:
    """Draw a record into a file, whose ending says as what: .svg, .png or .pdf; gives the path."""
    if isinstance(record, RangeRecord):
        return _saved(path, (7.2, 4.6), _paint_range, range_figure(record))
    return _saved(path, (8.4, 4.2), _paint_search, search_figure(record))


def _saved(
    path: str | Path, size: tuple[float, float], paint: Callable[..., None], figure: Any
) -> Path:
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(_STYLE):
        sheet = Figure(figsize=size, layout="constrained")
        paint(sheet, figure)
        facts = {"Date": None, "Creator": None} if path.suffix == ".svg" else {}
        sheet.savefig(path, metadata=facts, dpi=120)
    return path


def _paint_range(sheet: Figure, figure: RangeFigure) -> None:
    axes = sheet.add_subplot()
    axes.set_xscale("log")
    axes.set_xlim(*figure.rates)
    axes.set_ylim(*figure.limits)
    _bands(axes, figure)
    for place, line in enumerate(figure.raw):
        label = "loss as measured" if place == 0 else None
        axes.plot(line.x, line.y, color=_FRONT, linewidth=0.6, alpha=0.35, label=label)
    for place, line in enumerate(figure.smooth):
        label = "loss without noise, each repeat" if place == 0 else None
        axes.plot(line.x, line.y, color=_FRONT, linewidth=1.8, label=label)
    for (name, line), colour in zip(figure.terms, _TERMS * 9, strict=False):
        axes.plot(line.x, line.y, color=colour, linewidth=1.2, linestyle="--", label=name)
    axes.xaxis.set_major_formatter(_plainly)
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss after the step")
    axes.set_title(figure.title, loc="left")
    axes.grid(axis="y")
    sheet.legend(loc="outside lower center", ncols=3, fontsize=9)


def _bands(axes: Any, figure: RangeFigure) -> None:
    """Mark what is suggested, how wide the good range is, and where the loss diverges."""
    low, high = figure.rates
    wide, told, end = figure.wide, figure.suggested, figure.divergence
    if wide.low is not None:
        axes.axvspan(wide.low, wide.high, color=_GOOD, alpha=0.13, linewidth=0, label=wide.label)
    if end.high is not None:
        axes.axvspan(end.low or low, end.high, color=_WARN, alpha=0.45, linewidth=0,
                     label="stable below, diverging above")  # fmt: skip
        axes.axvspan(end.high, high, color=_WARN, alpha=0.1, linewidth=0, label=end.label)
    if told.at is not None:
        axes.axvline(told.at, color=_GOOD, linewidth=1.8, label=told.label)
        height = figure.limits[1] - 0.06 * (figure.limits[1] - figure.limits[0])
        axes.plot([told.low, told.high], [height] * 2, color=_GOOD, linewidth=3,
                  solid_capstyle="butt", label="over the repeats")  # fmt: skip


def _paint_search(sheet: Figure, figure: SearchFigure) -> None:
    left, right = sheet.subplots(1, 2, width_ratios=(1.6, 1))
    for course in sorted(figure.courses, key=lambda each: -_place(each.basin)):
        colour = _colour(course.basin)
        left.plot(course.line.x, course.line.y, color=colour, linewidth=0.8, alpha=0.6,
                  drawstyle="steps-post")  # fmt: skip
        left.plot(course.line.x[-1:], course.line.y[-1:], "o", color=colour, markersize=3)
    left.set_yscale("log")
    left.yaxis.set_major_formatter(_plainly)
    left.set_xlabel("evaluations of the restart")
    left.set_ylabel("loss above the best found")
    left.grid(axis="y")
    for place, bar in enumerate(figure.bars):
        right.barh(-place, bar.count, color=_colour(bar.basin), height=0.7)
        right.text(bar.count, -place, f" {bar.count}", va="center")
    right.set_yticks([-place for place in range(len(figure.bars))], [b.label for b in figure.bars])
    right.tick_params(axis="y", length=0)
    right.xaxis.get_major_locator().set_params(integer=True)
    right.set_xlabel("restarts that settled there")
    right.set_ylabel("loss of the basin")
    sheet.suptitle(figure.title, x=0.01, ha="left", fontsize=12)
    if figure.remark:
        sheet.supxlabel(figure.remark, x=0.01, ha="left", fontsize=9)


def _plainly(value: float, _place: float) -> str:
    """Write a number at an axis without mathematical notation: names may hold its signs."""
    return f"{value:g}"


def _place(basin: int | None) -> int:
    return SHOWN + 1 if basin is None else min(basin, SHOWN)


def _colour(basin: int | None) -> str:
    return _BASINS[basin] if basin is not None and basin < SHOWN else _BACK
