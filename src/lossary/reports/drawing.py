"""Figures drawn as SVG that lies in the page: no picture files, and readable on light and dark."""

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from lossary.reports.figures import Curves, Row, Rows

_INK = "#0a0b0c"  # becomes the colour of the page's text
_FRONT, _BACK = "#2f86c9", "#8a929c"  # those not told apart from the leader, and the others
_LOSS = "#c9742f"
_STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "lossary", "text.parse_math": False,
    "font.family": "sans-serif", "font.size": 10, "axes.titlesize": 11, "axes.linewidth": 0.6,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": _INK,
    "axes.labelcolor": _INK, "axes.titlecolor": _INK, "text.color": _INK, "xtick.color": _INK,
    "ytick.color": _INK, "axes.facecolor": "none", "figure.facecolor": "none",
    "grid.color": _BACK, "grid.alpha": 0.25, "grid.linewidth": 0.6,
}  # fmt: skip


def draw_rows(figure: Rows) -> str:
    """Draw a figure with a row for each arm."""

    def paint(sheet: Figure) -> None:
        axes = sheet.add_subplot()
        if figure.line is not None:
            axes.axvline(figure.line, color=_INK, linewidth=0.8)
        for place, row in enumerate(figure.rows):
            _row(axes, -place, row)
        axes.set_yticks(
            [-place for place in range(len(figure.rows))], [row.label for row in figure.rows]
        )
        axes.set_ylim(0.6 - len(figure.rows), 0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel(figure.axis)

    return _svg(figure.name, figure.title, (5.6, 0.9 + 0.36 * len(figure.rows)), paint)


def draw_curves(figure: Curves) -> str:
    """Draw the learning curves of one arm: the metric above, its own loss below."""

    def paint(sheet: Figure) -> None:
        upper, lower = sheet.subplots(2, sharex=True)
        upper.set_ylim(*figure.metric_limits)
        lower.set_ylim(*figure.loss_limits)
        for axes, lines, colour in ((upper, figure.metrics, _FRONT), (lower, figure.losses, _LOSS)):
            for line in lines:
                axes.plot(line.x, line.y, color=colour, linewidth=1.0, alpha=0.7)
            axes.grid(axis="y")
            axes.locator_params(axis="y", nbins=4)
        upper.set_ylabel(f"{figure.metric}, all folds")
        lower.set_ylabel("own loss, fold 1")
        lower.set_xlabel("step")
        upper.set_title(figure.title, loc="left")

    return _svg(figure.name, f"Learning curves of {figure.title}", (3.4, 3.4), paint)


def _row(axes: Any, height: float, row: Row) -> None:
    colour = _FRONT if row.strong else _BACK
    axes.plot(row.dots, [height] * len(row.dots), "o", color=colour, markersize=4.5, alpha=0.5,
              markeredgewidth=0)  # fmt: skip
    if row.bar is not None:
        axes.plot(row.bar, (height, height), color=colour, linewidth=2.2, solid_capstyle="butt")
    if row.mark is not None:
        style = "o" if row.bar is not None else "|"
        axes.plot([row.mark], [height], style, color=colour, markersize=7 if row.bar else 13,
                  markeredgewidth=2)  # fmt: skip


def _svg(name: str, title: str, size: tuple[float, float], paint: Callable[[Figure], None]) -> str:
    """Return an <svg> element whose ids are its own and whose ink is the page's."""
    with matplotlib.rc_context(_STYLE):
        sheet = Figure(figsize=size, layout="constrained")
        paint(sheet)
        written = io.StringIO()
        sheet.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    text = written.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", text)
    text = text.replace(_INK, "currentColor")
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
