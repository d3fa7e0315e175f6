"""The metrics of several labels at once; target and decision have shape (n, k)."""

from functools import partial
from typing import Any

import numpy as np

from lossary.lab.metrics.counting import fbeta_counts, tallies
from lossary.lab.metrics.facts import MULTILABEL, Metric

Array = Any


def hamming(target: Array, label: Array, k: int, weight: Array | None = None) -> float:
    return float(np.average((target != label).mean(axis=1), weights=weight))


def subset(target: Array, label: Array, k: int, weight: Array | None = None) -> float:
    return float(np.average((target == label).all(axis=1), weights=weight))


def f1_micro(target: Array, label: Array, k: int, weight: Array | None = None) -> float:
    return float(_F1(*(each.sum() for each in tallies(target, label, weight))))


_F1 = partial(fbeta_counts, 1.0)
LABEL_METRICS: tuple[Metric, ...] = (
    Metric("hamming", "share of wrong labels", "label", "labels", hamming,
           ("hamming_loss",), kinds=(MULTILABEL,)),
    Metric("subset_accuracy", "share of rows with every label right", "label", "label sets",
           subset, ("exact_match",), greater_is_better=True, kinds=(MULTILABEL,)),
    Metric("f1_micro", "harmonic mean of precision and recall over all labels", "label", "overlap",
           f1_micro, ("micro_f1",), greater_is_better=True, kinds=(MULTILABEL,), counts=_F1),
)  # fmt: skip
