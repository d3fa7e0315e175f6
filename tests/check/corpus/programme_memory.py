"""Losses that remember the calls before: caches, defaults that are shared, counters, averages."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


class ScaledSquares(nn.Module):
    def forward(self, pred, target):
        scale = target.abs().mean().clamp(min=1e-3)
        return (((pred - target) / scale) ** 2).mean()


@pair(
    correct=ScaledSquares,
    caught_by="hidden_state",
    story="the scale of the first batch is kept for all others",
)
class ScaledSquaresOnce(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = None

    def forward(self, pred, target):
        if self.scale is None:
            self.scale = target.abs().mean().clamp(min=1e-3).detach()
        return (((pred - target) / self.scale) ** 2).mean()


def mean_squares(pred, target):
    return ((pred - target) ** 2).mean()


@pair(
    correct=mean_squares,
    caught_by="hidden_state",
    story="a list as a default argument is made once: losses of all calls are averaged",
)
def mean_squares_of_all_calls(pred, target, history=[]):  # noqa: B006
    history.append(((pred - target) ** 2).mean())
    return sum(history) / len(history)


def balanced(logits, labels):
    counts = np.bincount(labels, minlength=logits.shape[1])
    weight = labels.size / np.maximum(counts, 1)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    own = weight[labels]
    return -np.sum(own * log_p[np.arange(len(labels)), labels]) / own.sum()


_weights = {}


@pair(
    correct=balanced,
    caught_by="hidden_state",
    story="class weights are counted on the first batch and kept in the module",
)
def balanced_by_the_first_batch(logits, labels):
    if "weight" not in _weights:
        counts = np.bincount(labels, minlength=logits.shape[1])
        _weights["weight"] = labels.size / np.maximum(counts, 1)
    weight = _weights["weight"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    own = weight[labels]
    return -np.sum(own * log_p[np.arange(len(labels)), labels]) / own.sum()


class Huber:
    def __init__(self, delta=1.0):
        self.delta = delta

    def __call__(self, prediction, target):
        error = np.abs(prediction - target)
        small = np.minimum(error, self.delta)
        return np.mean(small * (error - 0.5 * small))


@pair(
    correct=Huber,
    caught_by="hidden_state",
    story="the threshold follows a running quantile of the errors, in validation too",
)
class AdaptiveHuber:
    def __init__(self, delta=1.0):
        self.delta = delta

    def __call__(self, prediction, target):
        error = np.abs(prediction - target)
        self.delta = 0.9 * self.delta + 0.1 * float(np.quantile(error, 0.9))
        small = np.minimum(error, self.delta)
        return np.mean(small * (error - 0.5 * small))


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, target):
        ce = F.cross_entropy(logits, target, reduction="none")
        return ((1 - torch.exp(-ce)) ** self.gamma * ce).mean()


@pair(
    correct=FocalLoss,
    caught_by="hidden_state",
    story="the total is never set back: each value is the sum of all batches so far",
)
class FocalLossAddingUp(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma
        self.total = 0.0

    def forward(self, logits, target):
        ce = F.cross_entropy(logits, target, reduction="none")
        self.total = self.total + ((1 - torch.exp(-ce)) ** self.gamma * ce).mean()
        return self.total
