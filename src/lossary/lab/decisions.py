"""Metrics of classes as functions of target, answer and the number of classes k, by scikit-learn."""

from typing import Any

import numpy as np
from sklearn import metrics as sk

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
