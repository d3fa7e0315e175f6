"""Several comparisons at once: p-values and intervals that stay true for the best of them."""

from collections.abc import Sequence
from math import isnan, nan

from lossary.lab.verdict.differences import Difference


def adjusted(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's procedure [holm1979]; NaN stays, and does not count.

    >>> adjusted([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted((i for i, p in enumerate(values) if not isnan(p)), key=lambda i: values[i])
    found, highest = [nan] * len(values), 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - place) * values[i]))
        found[i] = highest
    return found


def intervals(differences: Sequence[Difference], level: float) -> list[tuple[float, float]]:
    """Return intervals that leave out zero exactly where Holm's adjusted p is at most 1 − level.

    Each has the width of its own step; from the first step that finds nothing, all have that one's.
    """
    values = [each.p for each in differences]
    order = sorted((i for i, p in enumerate(values) if not isnan(p)), key=lambda i: values[i])
    found, stopped = [(nan, nan)] * len(values), 0
    for place, i in enumerate(order):
        steps = stopped or len(order) - place
        found[i] = differences[i].interval(level, steps)
        if steps * values[i] > 1 - level:
            stopped = steps
    return found
