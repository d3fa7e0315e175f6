"""Losses in which rows meet rows that they should not: stretched, over the wrong axis, shifted."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


def critic_loss(values, returns):
    """Mean squared error of a critic. values: (N, 1), returns: (N,)."""
    return ((values.squeeze(-1) - returns) ** 2).mean()


@pair(
    correct=critic_loss,
    caught_by="broadcasting",
    story="pytorch#1939: a critic's output of shape (N, 1) beside returns of shape (N,).",
)
def critic_loss_stretched(values, returns):
    """Mean squared error of a critic. values: (N, 1), returns: (N,)."""
    return ((values - returns) ** 2).mean()


def mae_rows(prediction, target):
    return (prediction - target).abs().mean()


@pair(
    correct=mae_rows,
    caught_by="broadcasting",
    story="FARM#229: one of the two got another axis on its way.",
    warned=True,
)
def mae_rows_unsqueezed(prediction, target):
    return (prediction - target.unsqueeze(1)).abs().mean()


def gaussian_nll(mu, var, target):
    """Negative log-likelihood of a normal distribution; all of shape (N,)."""
    return (0.5 * (torch.log(var) + (target - mu) ** 2 / var)).mean()


@pair(
    correct=gaussian_nll,
    caught_by="broadcasting",
    story="A variance head keeps its axis, (N, 1), and the mean head does not.",
)
def gaussian_nll_variance_as_column(mu, var, target):
    """Negative log-likelihood of a normal distribution; all of shape (N,)."""
    var = var[:, None]
    return (0.5 * (torch.log(var) + (target - mu) ** 2 / var)).mean()


def softmax_cross_entropy(logits, labels):
    log_probs = torch.log_softmax(logits, dim=1)
    return F.nll_loss(log_probs, labels)


@pair(
    correct=softmax_cross_entropy,
    caught_by="broadcasting",
    story="A softmax over axis 0: the classes of a row do not sum to one, the rows of a class do.",
)
def softmax_cross_entropy_over_rows(logits, labels):
    log_probs = torch.log_softmax(logits, dim=0)
    return F.nll_loss(log_probs, labels)


def ce_numpy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_probs[np.arange(len(labels)), labels].mean()


@pair(
    correct=ce_numpy,
    caught_by="broadcasting",
    story="The partition function is summed over everything, as exp(x) / exp(x).sum() does.",
)
def ce_numpy_one_partition(logits, labels):
    shifted = logits - logits.max()
    log_probs = shifted - np.log(np.exp(shifted).sum())
    return -log_probs[np.arange(len(labels)), labels].mean()


def distillation_loss(student_logits, teacher_logits, temperature=2.0):
    teacher = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    student = F.log_softmax(student_logits / temperature, dim=-1)
    return F.kl_div(student, teacher, reduction="batchmean") * temperature**2


@pair(
    correct=distillation_loss,
    caught_by="broadcasting",
    story="The student's softmax runs over the batch.",
    shapes="n k, n k",
    prediction="scores",
    target="scores",
)
def distillation_loss_over_rows(student_logits, teacher_logits, temperature=2.0):
    teacher = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    student = F.log_softmax(student_logits / temperature, dim=0)
    return F.kl_div(student, teacher, reduction="batchmean") * temperature**2


def focal_loss(logits, labels, gamma=2.0):
    ce = F.cross_entropy(logits, labels, reduction="none")
    pt = torch.exp(-ce)
    return ((1 - pt) ** gamma * ce).mean()


@pair(
    correct=focal_loss,
    caught_by="broadcasting",
    story="gather keeps the axis that it picks from: (n, 1) beside (n,) is a table.",
)
def focal_loss_gathered(logits, labels, gamma=2.0):
    ce = F.cross_entropy(logits, labels, reduction="none")
    pt = torch.softmax(logits, dim=-1).gather(1, labels[:, None])
    return ((1 - pt) ** gamma * ce).mean()


def huber_jax(pred, target, delta=1.0):
    error = jnp.abs(pred - target)
    quadratic = jnp.minimum(error, delta)
    return jnp.mean(0.5 * quadratic**2 + delta * (error - quadratic))


@pair(
    correct=huber_jax,
    caught_by="broadcasting",
    story="optax's element-wise losses stretch (n, 1) beside (n,) without a word.",
)
def huber_jax_stretched(pred, target, delta=1.0):
    error = jnp.abs(pred[:, None] - target)
    quadratic = jnp.minimum(error, delta)
    return jnp.mean(0.5 * quadratic**2 + delta * (error - quadratic))


class SequenceMSE(nn.Module):
    """Mean squared error over sequences of shape (B, T)."""

    def forward(self, pred, target):
        return ((pred - target) ** 2).mean(dim=1).mean()


@pair(
    correct=SequenceMSE,
    caught_by=("broadcasting", "permutation"),
    story="An off-by-one in a data pipeline's roll: each row is held against its neighbour.",
    shapes="n t, n t",
)
class SequenceMSERolled(nn.Module):
    """Mean squared error over sequences of shape (B, T)."""

    def forward(self, pred, target):
        return ((pred - torch.roll(target, 1, dims=0)) ** 2).mean(dim=1).mean()


def mse_flipped_base(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)


@pair(
    correct=mse_flipped_base,
    caught_by="permutation",
    story="One of two arrays is sorted on its own before they are compared.",
)
def mse_reversed(y_pred, y_true):
    return np.mean((y_pred - y_true[::-1]) ** 2)


def cross_entropy_np(logits, labels):
    shifted = logits - logits.max(-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return -np.take_along_axis(log_probs, labels[:, None], axis=-1).mean()


@pair(
    correct=cross_entropy_np,
    caught_by="permutation",
    story="Labels that were thought to begin at 1: class 0 becomes the last one, without a word.",
)
def cross_entropy_labels_from_one(logits, labels):
    log_probs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    return -log_probs[np.arange(len(labels)), labels - 1].mean()


def poisson_nll(log_rate, counts):
    return jnp.mean(jnp.exp(log_rate) - counts * log_rate)


@pair(
    correct=poisson_nll,
    caught_by="broadcasting",
    story="A product of two means in place of the mean of a product.",
    target="nonnegative",
)
def poisson_nll_of_means(log_rate, counts):
    return jnp.mean(jnp.exp(log_rate)) - jnp.mean(counts) * jnp.mean(log_rate)


def label_smoothing_loss(logits, labels, smoothing=0.1):
    log_probs = jax.nn.log_softmax(logits, axis=-1)
    nll = -jnp.take_along_axis(log_probs, labels[:, None], axis=-1)[:, 0]
    return jnp.mean((1 - smoothing) * nll - smoothing * log_probs.mean(axis=-1))


@pair(
    correct=label_smoothing_loss,
    caught_by="broadcasting",
    story="jax.nn.log_softmax over axis 0.",
)
def label_smoothing_loss_over_rows(logits, labels, smoothing=0.1):
    log_probs = jax.nn.log_softmax(logits, axis=0)
    nll = -jnp.take_along_axis(log_probs, labels[:, None], axis=-1)[:, 0]
    return jnp.mean((1 - smoothing) * nll - smoothing * log_probs.mean(axis=-1))
