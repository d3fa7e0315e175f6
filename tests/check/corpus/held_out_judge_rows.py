"""Losses in which rows meet that should not, and losses of flat images and of zero errors."""

import numpy as np
import tensorflow as tf
import torch
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def recall_weighted_mse(y_true, y_pred):
    """y_true, y_pred: (samples, 1); large amounts count more."""
    factor = 1.0 + tf.squeeze(tf.sqrt(tf.abs(y_true)), axis=-1)
    error = tf.reduce_mean(tf.square(y_pred - y_true), axis=-1)
    return tf.reduce_mean(factor * error)


@pair(
    correct=recall_weighted_mse,
    caught_by="broadcasting",
    story="Keras reduces the last axis of the errors and not that of the weights: (n, 1) by (n,).",
)
def weighted_mse_of_all_pairs(y_true, y_pred):
    """y_true, y_pred: (samples, 1); large amounts count more."""
    factor = 1.0 + tf.sqrt(tf.abs(y_true))
    error = tf.reduce_mean(tf.square(y_pred - y_true), axis=-1)
    return tf.reduce_mean(factor * error)


def class_balanced_bce(logits, edges):
    """Edges are rare: each side counts by the share of the other one in the batch."""
    share = edges.mean()
    each = F.binary_cross_entropy_with_logits(logits, edges, reduction="none")
    return ((1 - share) * edges * each + share * (1 - edges) * each).mean()


@pair(
    correct=class_balanced_bce,
    caught_by=("broadcasting", "growth"),
    story="The weights keep a column that the losses have lost; a product of two means is meant.",
)
def column_weighted_bce(logits, edges):
    """Edges are rare and count ten times."""
    weight = (1 + 9 * edges).reshape(-1, 1)
    each = F.binary_cross_entropy_with_logits(logits, edges, reduction="none")
    return (weight * each).mean()


def listwise_cross_entropy(scores, gains):
    """scores, gains: (queries, docs)"""
    share = gains / gains.sum(dim=-1, keepdim=True).clamp(min=1e-6)
    return -(share * scores.log_softmax(dim=-1)).sum(dim=-1).mean()


@pair(
    correct=listwise_cross_entropy,
    caught_by="broadcasting",
    story="The documents of one query compete with those of all others at the same place.",
)
def listwise_cross_entropy_down(scores, gains):
    """scores, gains: (queries, docs)"""
    share = gains / gains.sum(dim=-1, keepdim=True).clamp(min=1e-6)
    return -(share * scores.log_softmax(dim=0)).sum(dim=-1).mean()


def list_net(scores, relevance):
    wanted = torch.softmax(relevance, dim=1)
    return F.kl_div(F.log_softmax(scores, dim=1), wanted, reduction="batchmean")


@pair(
    correct=list_net,
    caught_by=("broadcasting", "infimum", "gradient_at_target", "likeness"),
    story="The targets' softmax runs over the queries, and sums to one for no list.",
)
def list_net_of_columns(scores, relevance):
    wanted = torch.softmax(relevance, dim=0)
    return F.kl_div(F.log_softmax(scores, dim=1), wanted, reduction="batchmean")


def flow_smoothness(flow):
    """flow: (B, 2, H, W)"""
    down = flow[:, :, 2:] - flow[:, :, :-2]
    right = flow[:, :, :, 2:] - flow[:, :, :, :-2]
    return torch.sqrt(down**2 + 1e-6).mean() + torch.sqrt(right**2 + 1e-6).mean()


@pair(
    correct=flow_smoothness,
    caught_by="bumps",
    story="The square of a mean of differences: first and last row are all that counts.",
)
def flow_smoothness_of_means(flow):
    """flow: (B, 2, H, W)"""
    down = (flow[:, :, 1:] - flow[:, :, :-1]).mean(dim=(2, 3))
    right = (flow[:, :, :, 1:] - flow[:, :, :, :-1]).mean(dim=(2, 3))
    return (down**2 + right**2).mean()


def cauchy_objective(preds, dtrain):
    error = preds - dtrain.get_label()
    return error / (1 + error**2), 1 / (1 + error**2)


@pair(
    correct=cauchy_objective,
    caught_by="objective_hessian",
    story="The weight of a robust step without its constant: infinite where a row is fitted.",
)
def cauchy_objective_of_errors(preds, dtrain):
    error = preds - dtrain.get_label()
    with np.errstate(divide="ignore"):
        return error / (1 + error**2), 1 / error**2
