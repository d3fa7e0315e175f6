"""Effects drawn as SVG that stands beside a page: names at the lines, no colour needed."""

import io
import re
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from tests.translation.effects import Effect, Marked

_STYLE = {
    "svg.fonttype": "path", "svg.hashsalt": "lossary", "font.family": "DejaVu Sans",
    "font.size": 10, "axes.titlesize": 11, "axes.linewidth": 0.6,
    "axes.spines.top": False, "axes.spines.right": False, "grid.color": "#8a929c",
    "grid.alpha": 0.3, "grid.linewidth": 0.6,
}  # fmt: skip
_COLOURS = ("#1f6fb2", "#b0561a", "#1f6fb2", "#b0561a")
_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.9}


def draw_effect(effect: Effect) -> str:
    """Draw one effect; the same data give the same text."""
    with matplotlib.rc_context(_STYLE):
        sheet = Figure(figsize=(7.2, 3.6), layout="constrained")
        axes = sheet.add_subplot()
        axes.set_xscale("log")
        if effect.logarithmic:
            axes.set_yscale("log")
        for line, colour in zip(effect.lines, _COLOURS, strict=False):
            _line(axes, line, colour)
        axes.grid()
        axes.set_xlabel(effect.x)
        axes.set_ylabel(effect.y)
        axes.set_title(effect.message, loc="left")
        written = io.StringIO()
        sheet.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    text = written.getvalue()
    return re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)


def _line(axes: Any, marked: Marked, colour: str) -> None:
    line = marked.line
    axes.plot(line.x, line.y, color=colour, linewidth=2, linestyle="--" if marked.dashed else "-")
    axes.annotate(
        marked.name, marked.point, xytext=(6 if marked.side == "left" else -6, 0),
        textcoords="offset points", ha=marked.side, va="center", color=colour, bbox=_BOX,
    )  # fmt: skip
