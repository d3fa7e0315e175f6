"""What the figures of a study show, as plain data: taken from a record, not yet drawn."""

from lossary.reports.figures.answers import calibration, carried, histogram, pull, residuals
from lossary.reports.figures.learning import Curves, curves
from lossary.reports.figures.ranking import differences, holdout, losses, scores
from lossary.reports.figures.search import optimism, sensitivity
from lossary.reports.figures.shapes import Dot, Line, Panel, Row, Rows, Series

__all__ = [
    "Curves",
    "Dot",
    "Line",
    "Panel",
    "Row",
    "Rows",
    "Series",
    "calibration",
    "carried",
    "curves",
    "differences",
    "histogram",
    "holdout",
    "losses",
    "optimism",
    "pull",
    "residuals",
    "scores",
    "sensitivity",
]
