"""Figures made visible: panels as SVG, rows as HTML, readable on light, on dark and on paper."""

from lossary.reports.drawing.panel import draw_panel
from lossary.reports.drawing.strips import Strips, strips

__all__ = ["Strips", "draw_panel", "strips"]
