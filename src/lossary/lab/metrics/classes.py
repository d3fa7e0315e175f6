"""The metrics of decisions for a class, from target, decision and number of classes k."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lossary.domains import positive
from lossary.lab.metrics.counting import (
    balanced_confusion,
    balanced_counts,
    f1_confusion,
    fbeta_counts,
    jaccard_counts,
    kappa_confusion,
    kappa_counts,
    matrix,
    mcc_confusion,
    mcc_counts,
    precision_confusion,
    precision_counts,
    recall_confusion,
    recall_counts,
    tallies,
)
from lossary.lab.metrics.facts import CLASSES, MULTILABEL, ORDINAL, Metric

Array = Any


def right(target: Array, label: Array, k: int, weight: Array | None = None) -> float:
    return float(np.average(target == label, weights=weight))


def counted(
    counts: Callable[..., Array],
    confusion: Callable[[Array], Array] | None,
    target: Array,
    label: Array,
    k: int,
    weight: Array | None = None,
) -> float:
    """Compute from counts: of the class to be found where there are two, else of all together.

    Of labels it is the mean of each by itself.
    """
    if target.ndim == 2:
        return float(np.mean(counts(*tallies(target, label, weight))))
    if k == 2 or confusion is None:
        pairs = tallies(target[:, None], label[:, None], weight)
        return float(counts(*pairs)[0])
    return float(confusion(matrix(target, label, k, weight)))


def fbeta_at_level(metric: Metric, level: float) -> Metric:
    """Return F-beta for another beta."""
    return replace(
        metric,
        title=f"harmonic mean of precision and recall, the latter counting {level:g} times",
        level=level,
        function=partial(counted, partial(fbeta_counts, level), None),
        counts=partial(fbeta_counts, level),
    )


_F1 = partial(fbeta_counts, 1.0)
_MORE: dict[str, Any] = {"greater_is_better": True, "kinds": (*CLASSES, ORDINAL)}

CLASS_METRICS: tuple[Metric, ...] = (
    Metric("accuracy", "share of right answers", "label", "class", right, ("acc",), **_MORE),
    Metric("balanced_accuracy", "mean recall of the classes", "label", "balanced class",
           partial(counted, balanced_counts, balanced_confusion), ("macro_recall", "bacc"),
           counts=balanced_counts, confusion=balanced_confusion, **_MORE),
    Metric("f1", "harmonic mean of precision and recall", "label", "overlap",
           partial(counted, _F1, f1_confusion), ("f1_score", "macro_f1", "f1_macro"),
           counts=_F1, confusion=f1_confusion,
           **(_MORE | {"kinds": (*CLASSES, ORDINAL, MULTILABEL)})),
    fbeta_at_level(Metric("fbeta", "", "label", "overlap", right, ("f_beta", "fbeta_score"),
                          levels=positive, **(_MORE | {"kinds": ("binary",)})), 2.0),
    Metric("jaccard", "intersection over union", "label", "overlap",
           partial(counted, jaccard_counts, None), ("iou", "jaccard_score"), counts=jaccard_counts,
           **(_MORE | {"kinds": ("binary", MULTILABEL)})),
    Metric("mcc", "Matthews correlation", "label", "overlap",
           partial(counted, mcc_counts, mcc_confusion), ("matthews", "matthews_corrcoef", "phi"),
           counts=mcc_counts, confusion=mcc_confusion, **_MORE),
    Metric("kappa", "Cohen's kappa", "label", "overlap",
           partial(counted, kappa_counts, kappa_confusion), ("cohen_kappa", "cohen_kappa_score"),
           counts=kappa_counts, confusion=kappa_confusion, **_MORE),
    Metric("precision", "share of right among those said to be", "label", "class",
           partial(counted, precision_counts, precision_confusion), ("precision_score",),
           note="rarely saying yes is enough to win it: judge by f1 or a cost", **_MORE),
    Metric("recall", "share of those found", "label", "class",
           partial(counted, recall_counts, recall_confusion), ("recall_score", "sensitivity"),
           note="always saying yes is enough to win it: judge by f1 or a cost", **_MORE),
)  # fmt: skip
