"""Losses that write into what they are handed, and losses that draw numbers."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def clipped_bce(pred, target):
    pred = pred.clamp(1e-3, 1 - 1e-3)
    return -(target * pred.log() + (1 - target) * (1 - pred).log()).mean()


@pair(
    correct=clipped_bce,
    caught_by="untouched",
    story="clamp_ on the probabilities: the accuracy computed afterwards sees other numbers",
)
def clipped_bce_in_place(pred, target):
    pred = pred.clamp_(1e-3, 1 - 1e-3)
    return -(target * pred.log() + (1 - target) * (1 - pred).log()).mean()


def cross_entropy_ignoring(logits, target, ignore_index=255):
    keep = target != ignore_index
    safe = torch.where(keep, target, torch.zeros_like(target))
    entries = F.cross_entropy(logits, safe, reduction="none")
    return (entries * keep).sum() / keep.sum().clamp(min=1)


@pair(
    correct=cross_entropy_ignoring,
    caught_by="untouched",
    story="ignored labels are set to 0 in the data set's own tensor: from the second epoch on"
    " they count as class 0",
)
def cross_entropy_overwriting(logits, target, ignore_index=255):
    keep = target != ignore_index
    target[~keep] = 0
    entries = F.cross_entropy(logits, target, reduction="none")
    return (entries * keep).sum() / keep.sum().clamp(min=1)


def hinge(scores, target):
    side = torch.where(target > 0, 1.0, -1.0)
    return torch.clamp(1 - side * scores, min=0).mean()


@pair(
    correct=hinge,
    caught_by="untouched",
    story="targets of 0 turned to −1 where they stand",
    prediction="margin",
    target="degree",
)
def hinge_turning_targets(scores, target):
    target[target == 0] = -1
    return torch.clamp(1 - target * scores, min=0).mean()


def rmse(y_pred, y_true):
    error = y_pred - y_true
    return np.sqrt(np.mean(error**2))


@pair(
    correct=rmse,
    caught_by="untouched",
    story="−= on the prediction: NumPy hands over a reference, not a copy",
)
def rmse_in_place(y_pred, y_true):
    y_pred -= y_true
    return np.sqrt(np.mean(y_pred**2))


def normalised_cosine(a, b):
    a = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-12)
    b = b / np.maximum(np.linalg.norm(b, axis=1, keepdims=True), 1e-12)
    return np.mean(1 - np.sum(a * b, axis=1))


@pair(
    correct=normalised_cosine,
    caught_by="untouched",
    story="embeddings are normalised in place, and stay so for the retrieval afterwards",
    shapes="n d, n d",
)
def normalised_cosine_in_place(a, b):
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    return np.mean(1 - np.sum(a * b, axis=1))


def plain_cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels)


@pair(
    correct=plain_cross_entropy,
    caught_by="determinism",
    story="dropout written with the functional form, which is always on",
)
def cross_entropy_with_dropout(logits, labels):
    logits = F.dropout(logits, p=0.1)
    return F.cross_entropy(logits, labels)


class SmoothL1(torch.nn.Module):
    def __init__(self, beta=1.0):
        super().__init__()
        self.beta = beta

    def forward(self, prediction, target):
        return F.smooth_l1_loss(prediction, target, beta=self.beta)


@pair(
    correct=SmoothL1,
    caught_by="determinism",
    story="noise on the target against overfitting, in validation too",
)
class SmoothL1WithNoise(torch.nn.Module):
    def __init__(self, beta=1.0):
        super().__init__()
        self.beta = beta

    def forward(self, prediction, target):
        target = target + 0.01 * torch.randn_like(target)
        return F.smooth_l1_loss(prediction, target, beta=self.beta)


def pairwise_margin(scores, labels):
    higher = labels[:, None] > labels[None, :]
    gap = 1 - (scores[:, None] - scores[None, :])
    return np.sum(np.maximum(gap, 0) * higher) / max(np.sum(higher), 1)


@pair(
    correct=pairwise_margin,
    caught_by="determinism",
    story="pairs are chosen by an unseeded generator at each call",
    target="real",
)
def pairwise_margin_by_lot(scores, labels):
    order = np.random.default_rng().permutation(len(scores))
    sign = np.sign(labels - labels[order])
    return np.mean(np.maximum(1 - sign * (scores - scores[order]), 0) * (sign != 0))
