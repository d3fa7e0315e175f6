"""What schedules look like, side by side: figure data first, drawing second."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from lossary.reports.figures import Line
from lossary.schedules import Schedule, find

_STYLE = {
    "svg.hashsalt": "lossary", "svg.fonttype": "none", "font.size": 9, "axes.linewidth": 0.6,
    "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False,
    "grid.alpha": 0.3, "grid.linewidth": 0.6,
}  # fmt: skip
_SHAPES = ("linear", "cosine", "root")
KNOWN: dict[str, dict[str, Schedule]] = {
    "Constant": {"": find("Constant")(peak=1.0)},
    "StepDecay": {"": find("StepDecay")(peak=1.0, factor=0.5, every=250)},
    "Exponential": {"": find("Exponential")(peak=1.0, factor=0.5, steps=250)},
    "Cosine": {
        "once": find("Cosine")(peak=1.0, steps=1000),
        "restarts, growth 2": find("Cosine")(peak=1.0, steps=143, restarts=True, growth=2),
    },
    "LinearWarmUp": {
        "then Cosine": find("LinearWarmUp")(steps=200, then=find("Cosine")(peak=1.0, steps=800))
    },
    "OneCycle": {
        name: find("OneCycle")(peak=1.0, steps=1000, annealing=name)
        for name in ("cosine", "linear")
    },
    "InverseSquareRoot": {"": find("InverseSquareRoot")(peak=1.0, warmup=100)},
    "WarmupStableDecay": {
        name: find("WarmupStableDecay")(peak=1.0, steps=1000, warmup=100, decay=300, shape=name)
        for name in _SHAPES
    },
}
"""Every schedule with a peak of one, and 1000 steps where it ends."""


@dataclass(frozen=True)
class Panel:
    """One schedule: a line for each of its kinds, by what it is called."""

    title: str
    lines: tuple[tuple[str, Line], ...]


def panels(schedules: Mapping[str, Mapping[str, Schedule]], steps: int) -> tuple[Panel, ...]:
    """Show what schedules give in steps 0 to `steps`."""
    along = range(steps + 1)
    x = tuple(map(float, along))
    return tuple(
        Panel(
            title, tuple((name, Line(x, tuple(map(each, along)))) for name, each in kinds.items())
        )
        for title, kinds in schedules.items()
    )


def draw_panels(figure: tuple[Panel, ...], path: str | Path) -> Path:
    """Draw the panels, four in a row, into a file, whose ending says as what; give its path."""
    path, rows = Path(path), -(-len(figure) // 4)
    with rc_context(_STYLE):
        sheet = Figure(figsize=(10.0, 2.2 * rows), layout="constrained")
        places: Any = sheet.subplots(rows, 4, sharex=True, sharey=True, squeeze=False).flat
        for axes, panel in zip(places, figure, strict=False):
            for name, line in panel.lines:
                axes.plot(line.x, line.y, linewidth=1.4, label=name)
            axes.set_title(panel.title, loc="left")
            axes.grid(axis="y")
            if len(panel.lines) > 1 or panel.lines[0][0]:
                axes.legend(fontsize=8)
        sheet.supxlabel("step")
        facts = {"Date": None, "Creator": None} if path.suffix == ".svg" else {}
        sheet.savefig(path, metadata=facts, dpi=120)
    return path
