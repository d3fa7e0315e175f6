"""The metric of what mistakes cost: a false positive this much, a false negative that much."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lossary.lab.metrics.counting import cost_counts
from lossary.lab.metrics.facts import Metric

Array = Any


def cost(
    costs: tuple[float, float], target: Array, label: Array, k: int, weight: Array | None = None
) -> float:
    """Return the mean cost of a row; `costs` are those of a false positive and a false negative."""
    each = np.where(target == 1, costs[1] * (label == 0), costs[0] * (label == 1))
    return float(np.average(each, weights=weight))


def at_costs(metric: Metric, fp: float, fn: float) -> Metric:
    """Return the metric of costs for other costs."""
    return replace(
        metric,
        title=f"mean cost of a row, {fp:g} for a false positive and {fn:g} for a false negative",
        function=partial(cost, (fp, fn)),
        counts=partial(cost_counts, (fp, fn)),
        costs=(fp, fn),
        note="",
    )


COST_METRICS: tuple[Metric, ...] = (
    Metric("cost", "mean cost of a row, 1 for every mistake", "label", "cost",
           partial(cost, (1.0, 1.0)), ("mean_cost",), kinds=("binary",),
           counts=partial(cost_counts, (1.0, 1.0)), costs=(1.0, 1.0),
           note="every mistake costs the same: say what each costs, as in cost(fp=1, fn=5)"),
)  # fmt: skip
