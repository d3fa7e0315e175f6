"""Losses with weights that do not weigh what they say."""

import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


def weighted_mse(pred, target, sample_weight=None):
    loss = (pred - target) ** 2
    if sample_weight is None:
        return loss.mean()
    return (loss * sample_weight).sum() / sample_weight.sum()


@pair(correct=weighted_mse, caught_by="weights", story="sample_weight is taken and never used.")
def weighted_mse_unweighted(pred, target, sample_weight=None):
    return ((pred - target) ** 2).mean()


@pair(
    correct=weighted_mse,
    caught_by="weights",
    story="Weights of shape (n, 1) beside losses of shape (n,): two means are multiplied.",
)
def weighted_mse_as_column(pred, target, sample_weight=None):
    loss = (pred - target) ** 2
    if sample_weight is None:
        return loss.mean()
    return (loss * sample_weight[:, None]).mean()


@pair(
    correct=weighted_mse,
    caught_by="weights",
    story="Weights that were normalised by the caller once and here again.",
)
def weighted_mse_divided_twice(pred, target, sample_weight=None):
    loss = (pred - target) ** 2
    if sample_weight is None:
        return loss.mean()
    return (loss * sample_weight / sample_weight.sum()).mean()


@pair(
    correct=weighted_mse,
    caught_by="weights",
    story="The weight is multiplied into the error before it is squared.",
)
def weighted_mse_squared_weight(pred, target, sample_weight=None):
    error = pred - target
    if sample_weight is not None:
        error = error * sample_weight
    return (error**2).mean()


def weighted_ce(logits, labels, class_weights=None):
    loss = F.cross_entropy(logits, labels, reduction="none")
    if class_weights is not None:
        loss = loss * class_weights[labels]
    return loss.mean()


@pair(
    correct=weighted_ce,
    caught_by="weights",
    story="Weights are picked by the predicted class, not by the true one.",
)
def weighted_ce_of_predicted_class(logits, labels, class_weights=None):
    loss = F.cross_entropy(logits, labels, reduction="none")
    if class_weights is not None:
        loss = loss * class_weights[logits.argmax(dim=-1)]
    return loss.mean()


@pair(
    correct=weighted_ce,
    caught_by="weights",
    story="PaddleSeg#933: class weights are accepted, and lost on the way.",
)
def weighted_ce_unweighted(logits, labels, class_weights=None):
    loss = F.cross_entropy(logits, labels, reduction="none")
    return loss.mean()


class WeightedFocal(nn.Module):
    def __init__(self, gamma=2.0, weight=None):
        super().__init__()
        self.gamma = gamma
        self.weight = weight

    def forward(self, logits, labels):
        ce = F.cross_entropy(logits, labels, reduction="none")
        loss = (1 - torch.exp(-ce)) ** self.gamma * ce
        return (loss if self.weight is None else loss * self.weight[labels]).mean()


@pair(
    correct=WeightedFocal,
    caught_by="weights",
    story="pt is computed from the weighted cross-entropy: weights of one do no harm, others do.",
    shapes="n k, n",
    prediction="scores",
    target="labels",
)
class WeightedFocalForgotten(nn.Module):
    def __init__(self, gamma=2.0, weight=None):
        super().__init__()
        self.gamma = gamma
        self.weight = weight

    def forward(self, logits, labels):
        ce = F.cross_entropy(logits, labels, reduction="none")
        loss = (1 - torch.exp(-ce)) ** self.gamma * ce
        if self.weight is not None:
            loss = loss * self.weight.sum() / len(self.weight)
        return loss.mean()


def balanced_bce(logits, targets, pos_weight=None):
    on = -F.logsigmoid(logits) * targets
    off = -F.logsigmoid(-logits) * (1 - targets)
    return (on * (1.0 if pos_weight is None else pos_weight) + off).mean()


@pair(
    correct=balanced_bce,
    caught_by="weights",
    story="pos_weight is multiplied into the negatives.",
)
def balanced_bce_negatives(logits, targets, pos_weight=None):
    on = -F.logsigmoid(logits) * targets
    off = -F.logsigmoid(-logits) * (1 - targets)
    return (on + off * (1.0 if pos_weight is None else pos_weight)).mean()


def weighted_hinge(scores, sides, weights):
    loss = np.maximum(0.0, 1.0 - sides * scores)
    return np.sum(weights * loss) / np.sum(weights)


@pair(
    correct=weighted_hinge,
    caught_by=("weights", "broadcasting"),
    story="The weight reaches the margin, and not the loss: a row of weight zero still counts.",
    shapes="n, n, n",
    order="prediction, target, weight",
    target="side",
    warned=True,
)
def weighted_hinge_margin(scores, sides, weights):
    loss = np.maximum(0.0, 1.0 - weights * sides * scores)
    return np.sum(loss) / np.sum(weights)


def weighted_huber(pred, target, sample_weight=None):
    error = jnp.abs(pred - target)
    loss = jnp.where(error < 1, 0.5 * error**2, error - 0.5)
    return jnp.mean(loss if sample_weight is None else loss * sample_weight)


@pair(
    correct=weighted_huber,
    caught_by="weights",
    story="Only one branch of the loss is weighted.",
)
def weighted_huber_one_branch(pred, target, sample_weight=None):
    error = jnp.abs(pred - target)
    weight = 1.0 if sample_weight is None else sample_weight
    return jnp.mean(jnp.where(error < 1, 0.5 * error**2 * weight, error - 0.5))
