"""The metrics of classes, computed by scikit-learn from target, answer and number of classes k."""

from typing import Any

import numpy as np
from sklearn import metrics as sk

from lossary.lab.metrics.facts import CLASSES, Metric

Array = Any


def accuracy(target: Array, label: Array, k: int) -> float:
    return float(sk.accuracy_score(target, label))


def f1(target: Array, label: Array, k: int) -> float:
    average = "binary" if k == 2 else "macro"
    return float(sk.f1_score(target, label, average=average, zero_division=0.0))


def precision(target: Array, label: Array, k: int) -> float:
    average = "binary" if k == 2 else "macro"
    return float(sk.precision_score(target, label, average=average, zero_division=0.0))


def recall(target: Array, label: Array, k: int) -> float:
    average = "binary" if k == 2 else "macro"
    return float(sk.recall_score(target, label, average=average, zero_division=0.0))


def balanced(target: Array, label: Array, k: int) -> float:
    # not balanced_accuracy_score: it warns where a small hold-out lacks a class
    labels = np.unique(target)
    return float(sk.recall_score(target, label, labels=labels, average="macro", zero_division=0.0))


def log_loss(target: Array, probability: Array, k: int) -> float:
    return float(sk.log_loss(target, probability, labels=np.arange(k)))


def brier(target: Array, probability: Array, k: int) -> float:
    if k == 2:
        return float(sk.brier_score_loss(target, probability[:, 1]))
    return float(np.mean(np.sum(np.square(probability - np.eye(k)[target]), axis=1)))


def roc_auc(target: Array, scores: Array, k: int) -> float:
    if k == 2:
        return float(sk.roc_auc_score(target, scores))
    return float(sk.roc_auc_score(target, scores, multi_class="ovr", labels=np.arange(k)))


def average_precision(target: Array, scores: Array, k: int) -> float:
    return float(sk.average_precision_score(target, scores))


def f1_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1)


def balanced_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return (tp / np.maximum(tp + fn, 1) + tn / np.maximum(tn + fp, 1)) / 2


_MORE: dict[str, Any] = {"greater_is_better": True, "kinds": CLASSES}

CLASS_METRICS: tuple[Metric, ...] = (
    Metric("log_loss", "log loss", "probability", "probability", log_loss,
           ("logloss", "cross_entropy", "nll", "neg_log_loss"), kinds=CLASSES),
    Metric("brier", "Brier score", "probability", "probability", brier,
           ("brier_score", "brier_score_loss"), kinds=CLASSES),
    Metric("accuracy", "share of right answers", "label", "class", accuracy, ("acc",), **_MORE),
    Metric("balanced_accuracy", "mean recall of the classes", "label", "balanced class", balanced,
          ("macro_recall", "bacc"), counts=balanced_counts, **_MORE),
    Metric("f1", "harmonic mean of precision and recall", "label", "overlap", f1,
          ("f1_score", "macro_f1", "f1_macro"), counts=f1_counts, **_MORE),
    Metric("precision", "share of right among those said to be", "label", "class", precision,
          ("precision_score",),
          note="rarely saying yes is enough to win it: judge by f1 or a cost", **_MORE),
    Metric("recall", "share of those found", "label", "class", recall,
          ("recall_score", "sensitivity"),
          note="always saying yes is enough to win it: judge by f1 or a cost", **_MORE),
    Metric("roc_auc", "area under the ROC curve", "ordering", "ordering", roc_auc,
          ("auc", "roc", "auroc", "roc_auc_score"), **_MORE),
    Metric("average_precision", "average precision", "ordering", "ordering", average_precision,
          ("ap", "pr_auc", "average_precision_score"), **(_MORE | {"kinds": ("binary",)})),
)  # fmt: skip
