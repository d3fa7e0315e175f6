"""A panel drawn as SVG that lies in the page: its colours are the page's, on light and dark."""

import math
from html import escape

from lossary.reports.drawing.scale import Scale
from lossary.reports.figures.shapes import Dot, Panel, Series
from lossary.reports.numbers import number

_WIDE, _HIGH, _TOP, _BOTTOM, _RIGHT = 340.0, 216.0, 20.0, 36.0, 12.0
_LETTER = 6.1  # how wide a digit is at 11 pixels


def draw_panel(panel: Panel) -> str:
    """Return an <svg> element; what it shows is also said in words to who cannot see it."""
    return _Sheet(panel).drawn()


class _Sheet:
    """A panel with room for its labels: the longest number decides where the axis stands."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.across = Scale(*panel.x_limits, log=panel.log)
        self.up = Scale(*panel.y_limits)
        widest = max((len(number(tick)) for tick in self.up.ticks()), default=1)
        self.left = 8 + _LETTER * max(widest, 2)

    def x(self, value: float) -> float:
        """Return the place of a number on the lower axis."""
        return round(self.left + (_WIDE - _RIGHT - self.left) * self.across.place(value), 1)

    def y(self, value: float) -> float:
        """Return the place of a number on the left axis."""
        return round(_HIGH - _BOTTOM - (_HIGH - _BOTTOM - _TOP) * self.up.place(value), 1)

    def drawn(self) -> str:
        """Return all of it, from the back to the front."""
        panel = self.panel
        inside = [self.band(), *map(self.bar, panel.bars), *map(self.series, panel.series)]
        parts = [*self.grid(), self.cut([*inside, *map(self.dot, panel.dots)]), *self.axes()]
        label = escape(f"{panel.title}: {panel.y_axis} against {panel.x_axis}")
        return (
            f'<svg class="panel" viewBox="0 0 {_WIDE:g} {_HIGH:g}" role="img" aria-label="{label}">'
            f"{''.join(parts)}</svg>"
        )

    def cut(self, inside: list[str]) -> str:
        """Cut off what lies beyond the axes, as the first fall of a learning curve may."""
        left, top = self.left - 4, _TOP - 4
        frame = f"{left:g} {top:g} {_WIDE - left:g} {_HIGH - _BOTTOM + 4 - top:g}"
        x, y, wide, high = frame.split()
        return (
            f'<svg x="{x}" y="{y}" width="{wide}" height="{high}" viewBox="{frame}" '
            f'overflow="hidden">{"".join(inside)}</svg>'
        )

    def band(self) -> str:
        """Shade a region of the left axis."""
        if self.panel.band is None:
            return ""
        low, high = map(self.y, self.panel.band)
        wide = _WIDE - _RIGHT - self.left
        return (
            f'<rect class="band" x="{self.left:g}" y="{high:g}" width="{wide:g}" '
            f'height="{max(low - high, 1):g}"/>'
        )

    def grid(self) -> list[str]:
        """Rule and number the left axis."""
        found = []
        for tick in self.up.ticks():
            y = self.y(tick)
            found.append(f'<path class="grid" d="M{self.left:g} {y:g}H{_WIDE - _RIGHT:g}"/>')
            found.append(_text(number(tick), self.left - 5, y + 4, "end"))
        return found

    def axes(self) -> list[str]:
        """Number the lower axis, and name both."""
        floor = _HIGH - _BOTTOM
        found = [f'<path class="axis" d="M{self.left:g} {floor:g}H{_WIDE - _RIGHT:g}"/>']
        for tick in self.across.ticks():
            if self.panel.whole and tick % 1:
                continue
            found.append(f'<path class="axis" d="M{self.x(tick):g} {floor:g}v4"/>')
            text = number(tick)  # at the right end, it may not reach beyond the sheet
            place = min(self.x(tick), _WIDE - 1 - _LETTER * len(text) / 2)
            found.append(_text(text, place, floor + 15, "middle"))
        found.append(_text(self.panel.y_axis, 2, 11, "start", "name"))
        found.append(_text(self.panel.x_axis, _WIDE - _RIGHT, _HIGH - 4, "end", "name"))
        return found

    def bar(self, bar: tuple[float, float, float]) -> str:
        """Draw one bar of a histogram."""
        left, right, top, floor = self.x(bar[0]), self.x(bar[1]), self.y(bar[2]), self.y(0)
        size = f'width="{max(right - left - 0.6, 0.6):g}" height="{floor - top:g}"'
        return f'<rect class="bar" x="{left:g}" y="{top:g}" {size}/>'

    def series(self, series: Series) -> str:
        """Draw a line; it breaks where a number is missing."""
        steps, pen = [], "M"
        for x, y in zip(series.line.x, series.line.y, strict=True):
            if math.isfinite(x) and math.isfinite(y):
                steps.append(f"{pen}{self.x(x):g} {self.y(y):g}")
            pen = "L" if math.isfinite(x) and math.isfinite(y) else "M"
        return f'<path class="line {series.style}" d="{"".join(steps)}"/>' if steps else ""

    def dot(self, dot: Dot) -> str:
        """Draw a point with its interval."""
        if not (math.isfinite(dot.x) and math.isfinite(dot.y)):
            return ""
        x, drawn = self.x(dot.x), ""
        if math.isfinite(dot.low) and math.isfinite(dot.high):
            way = f"M{x:g} {self.y(dot.low):g}V{self.y(dot.high):g}"
            drawn = f'<path class="whisker {dot.style}" d="{way}"/>'
        return f'{drawn}<circle class="dot {dot.style}" cx="{x:g}" cy="{self.y(dot.y):g}" r="3"/>'


def _text(text: str, x: float, y: float, anchor: str, style: str = "tick") -> str:
    return f'<text class="{style}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
