"""Losses whose shapes and numbers only names and code tell: weights of classes, values, logs."""

import jax
import jax.numpy as jnp
import tensorflow as tf
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def rebalanced_nll(scores, labels, weight):
    chances = F.log_softmax(scores, dim=1)
    picked = chances[torch.arange(len(labels)), labels]
    each = weight[labels]
    return -(each * picked).sum() / each.sum()


@pair(
    correct=rebalanced_nll,
    caught_by="weights",
    story="The weights only scale the mean: every class counts as much as any other.",
)
def rebalanced_nll_of_any_class(scores, labels, weight):
    chances = F.log_softmax(scores, dim=1)
    picked = chances[torch.arange(len(labels)), labels]
    each = weight[labels]
    return -picked.mean() * each.mean() / each.sum()


def alpha_cross_entropy(logits, y, alpha):
    scale = alpha.gather(0, y)
    return (scale * F.cross_entropy(logits, y, reduction="none")).sum() / scale.sum()


@pair(
    correct=alpha_cross_entropy,
    caught_by=("label_places", "infimum", "convergence", "likeness"),
    story="The weights of classes multiply the sum of the wrong sign: training flees the labels.",
)
def alpha_cross_entropy_upside_down(logits, y, alpha):
    scale = alpha.gather(0, y)
    return (scale * F.log_softmax(logits, dim=1).gather(1, y[:, None])[:, 0]).sum() / scale.sum()


class CategoricalFocus(nn.Module):
    """Focal loss of softmax outputs and one-hot rows."""

    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, y_pred, y_true):
        chances = y_pred.clamp(1e-7, 1 - 1e-7)
        return -(y_true * (1 - chances) ** self.gamma * chances.log()).sum(dim=-1).mean()


@pair(
    correct=CategoricalFocus,
    caught_by=("focusing", "limits", "likeness", "infimum"),
    story="p to the power of gamma, where 1 - p was meant: easy examples count most.",
)
class CategoricalFocusOnEasyOnes(CategoricalFocus):
    """Focal loss of softmax outputs and one-hot rows."""

    def forward(self, y_pred, y_true):
        chances = y_pred.clamp(1e-7, 1 - 1e-7)
        return -(y_true * chances**self.gamma * chances.log()).sum(dim=-1).mean()


def multi_class_log_loss(y_true, y_pred):
    chances = tf.clip_by_value(y_pred, 1e-7, 1.0 - 1e-7)
    return tf.reduce_mean(-tf.reduce_sum(y_true * tf.math.log(chances), axis=-1))


@pair(
    correct=multi_class_log_loss,
    caught_by=("infimum", "likeness", "convergence"),
    story="The minus is lost: the loss is least where the right class is impossible.",
)
def multi_class_log_loss_without_its_minus(y_true, y_pred):
    chances = tf.clip_by_value(y_pred, 1e-7, 1.0 - 1e-7)
    return tf.reduce_mean(tf.reduce_sum(y_true * tf.math.log(chances), axis=-1))


def depth_in_logs(pred, gt):
    gap = torch.log(pred) - torch.log(gt)
    return (gap**2).mean() - 0.85 * gap.mean() ** 2


@pair(
    correct=depth_in_logs,
    caught_by="infimum",
    story="The two terms change places: the loss falls the further the depths are off.",
)
def depth_in_logs_turned_round(pred, gt):
    gap = torch.log(pred) - torch.log(gt)
    return 0.85 * gap.mean() ** 2 - (gap**2).mean()


def kept_log_error(pred, target, keep):
    ours = jnp.log(jnp.where(keep, pred, 1.0))
    theirs = jnp.log(jnp.where(keep, target, 1.0))
    return jnp.sum((ours - theirs) ** 2) / jnp.maximum(jnp.sum(keep), 1)


@pair(
    correct=kept_log_error,
    caught_by="poison",
    story="The mask comes after the log: zeros in what is left out make the gradient NaN.",
)
def kept_log_error_masked_too_late(pred, target, keep):
    error = (jnp.log(pred) - jnp.log(target)) ** 2
    return jnp.sum(error * keep) / jnp.maximum(jnp.sum(keep), 1)


def action_value_loss(q, actions, returns):
    """q: (B, A), actions: (B,) of whole numbers, returns: (B,)"""
    taken = jnp.take_along_axis(q, actions[:, None], axis=1).squeeze(1)
    return jnp.mean(jnp.abs(taken - jax.lax.stop_gradient(returns)))


@pair(
    correct=action_value_loss,
    caught_by="broadcasting",
    story="(n, 1) minus (n,): every action's value is pulled to the returns of all.",
)
def action_value_loss_of_all_pairs(q, actions, returns):
    """q: (B, A), actions: (B,) of whole numbers, returns: (B,)"""
    taken = jnp.take_along_axis(q, actions[:, None], axis=1)
    return jnp.mean(jnp.abs(taken - jax.lax.stop_gradient(returns)))
