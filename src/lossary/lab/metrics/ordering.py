"""The metrics of the order in which classes or labels put rows; no threshold is drawn."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lossary.domains import Domain
from lossary.lab.metrics.facts import CLASSES, MULTILABEL, Metric

Array = Any


def over_classes(
    function: Callable[..., float],
    target: Array,
    scores: Array,
    k: int,
    weight: Array | None = None,
) -> float:
    """Order rows for each class or label against the rest; give the mean.

    What every or no row is has no order, and is left out; where nothing is left, NaN.
    """
    if target.ndim == 1 and k == 2:
        target, scores = target[:, None], scores.reshape(len(target), -1)
    is_ = np.eye(k, dtype=int)[target] if target.ndim == 1 else target
    found = [_found(yes, score, weight) for yes, score in zip(is_.T, scores.T, strict=True)]
    each = [function(*one) for one in found if one[0][-1] > 0 < one[1][-1]]
    return float(np.mean(each)) if each else float("nan")


def _found(yes: Array, score: Array, weight: Array | None) -> tuple[Array, Array]:
    """Return the weight of those found, right and wrong, from each score on; none at first."""
    order = np.argsort(-score, kind="stable")
    each = np.ones(len(yes)) if weight is None else weight[order]
    ranked, yes = score[order], yes[order]
    apart = np.append(ranked[1:] != ranked[:-1], True)
    right, wrong = np.cumsum(each * yes)[apart], np.cumsum(each * (1 - yes))[apart]
    return np.append(0.0, right), np.append(0.0, wrong)


def roc_area(right: Array, wrong: Array) -> float:
    return float(np.trapezoid(right, wrong) / (right[-1] * wrong[-1]))


def average_precision(right: Array, wrong: Array) -> float:
    return float(np.diff(right) @ _precision(right, wrong) / right[-1])


def recall_where_precise(level: float, right: Array, wrong: Array) -> float:
    precise = _precision(right, wrong) >= level
    return float((right[1:] * precise).max() / right[-1])


def precision_where_found(level: float, right: Array, wrong: Array) -> float:
    enough = right[1:] >= level * right[-1]
    return float(_precision(right, wrong)[enough].max())


def _precision(right: Array, wrong: Array) -> Array:
    total = right[1:] + wrong[1:]
    return right[1:] / np.where(total > 0, total, 1.0)  # rows of no weight may stand first


_AT_LEVEL: dict[str, tuple[str, Callable[..., float]]] = {
    "recall_at_precision": ("share of those found where precision is at least",
                            recall_where_precise),
    "precision_at_recall": ("precision where the share of those found is at least",
                            precision_where_found),
}  # fmt: skip


def order_at_level(metric: Metric, level: float) -> Metric:
    """Return a metric of order that has a level at another one."""
    title, function = _AT_LEVEL[metric.name]
    return replace(
        metric,
        title=f"{title} {level:g}",
        level=level,
        function=partial(over_classes, partial(function, level)),
    )


def _at(name: str) -> Metric:
    bare = Metric(name, "", "ordering", "ordering", partial(over_classes, roc_area),
                  greater_is_better=True, kinds=("binary",),
                  levels=Domain("level", 0.0, 1.0))  # fmt: skip
    return order_at_level(bare, 0.9)


ORDER_METRICS: tuple[Metric, ...] = (
    Metric("roc_auc", "area under the ROC curve", "ordering", "ordering",
           partial(over_classes, roc_area), ("auc", "roc", "auroc", "roc_auc_score"),
           greater_is_better=True, kinds=(*CLASSES, MULTILABEL)),
    Metric("average_precision", "average precision", "ordering", "ordering",
           partial(over_classes, average_precision),
           ("ap", "pr_auc", "average_precision_score"), greater_is_better=True,
           kinds=("binary", MULTILABEL)),
    *map(_at, _AT_LEVEL),
)  # fmt: skip
