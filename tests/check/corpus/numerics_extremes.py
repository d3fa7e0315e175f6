"""Losses that overflow, or meet log(0), where the formula itself has an answer."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


def cross_entropy_loss(logits, labels):
    return F.nll_loss(F.log_softmax(logits, dim=1), labels)


@pair(
    correct=cross_entropy_loss,
    caught_by="extremes",
    story="softmax, then log: a class that has underflowed costs infinity.",
)
def cross_entropy_loss_of_softmax(logits, labels):
    return F.nll_loss(torch.log(F.softmax(logits, dim=1)), labels)


class MulticlassLoss(nn.Module):
    def forward(self, logits, target):
        shifted = logits - logits.max(dim=1, keepdim=True).values
        log_probs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        return -log_probs.gather(1, target.unsqueeze(1)).mean()


@pair(
    correct=MulticlassLoss,
    caught_by="extremes",
    story="exp of raw logits: inf / inf from a logit of 89 on in float32.",
)
class MulticlassLossUnshifted(nn.Module):
    def forward(self, logits, target):
        log_probs = logits - logits.exp().sum(dim=1, keepdim=True).log()
        return -log_probs.gather(1, target.unsqueeze(1)).mean()


def bce_with_logits(logits, targets):
    loss = logits.clamp(min=0) - logits * targets + torch.log1p(torch.exp(-logits.abs()))
    return loss.mean()


@pair(
    correct=bce_with_logits,
    caught_by="extremes",
    story="log(1 + exp(x)) as it stands in the paper.",
)
def bce_with_logits_as_written(logits, targets):
    return (torch.log(1 + torch.exp(logits)) - logits * targets).mean()


def logistic_loss_np(logits, labels):
    """Labels are 0 or 1."""
    return np.mean(np.logaddexp(0.0, logits) - labels * logits)


@pair(
    correct=logistic_loss_np,
    caught_by="extremes",
    story="A NumPy sigmoid that rounds to 1, and the logarithm of 1 - 1.",
)
def logistic_loss_np_by_sigmoid(logits, labels):
    """Labels are 0 or 1."""
    p = 1.0 / (1.0 + np.exp(-logits))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def softmax_loss_np(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


@pair(
    correct=softmax_loss_np,
    caught_by="extremes",
    story="A softmax of raw scores in NumPy: NaN at the first sure prediction.",
    warned=True,
)
def softmax_loss_np_unshifted(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels]).mean()


def jax_binary_loss(logits, labels):
    signs = 2.0 * labels - 1.0
    return -jnp.mean(jax.nn.log_sigmoid(signs * logits))


@pair(
    correct=jax_binary_loss,
    caught_by="extremes",
    story="The logarithm of a sigmoid in JAX: -inf from -104 on.",
)
def jax_binary_loss_of_sigmoid(logits, labels):
    signs = 2.0 * labels - 1.0
    return -jnp.mean(jnp.log(jax.nn.sigmoid(signs * logits)))


class LogCoshLoss(nn.Module):
    def forward(self, y_pred, y_true):
        error = y_pred - y_true
        return (error + F.softplus(-2.0 * error) - 0.6931471805599453).mean()


@pair(
    correct=LogCoshLoss,
    caught_by="extremes",
    story="auraloss: log(cosh(x)) is inf from an error of 89 on, where it is nearly |x|.",
)
class LogCoshLossAsWritten(nn.Module):
    def forward(self, y_pred, y_true):
        return torch.log(torch.cosh(y_pred - y_true)).mean()


def bce_loss(probs, target):
    return F.binary_cross_entropy(probs, target)


@pair(
    correct=bce_loss,
    caught_by="extremes",
    story="0 * log(0): NaN for a prediction that is sure and right.",
)
def bce_loss_without_bounds(probs, target):
    return -(target * probs.log() + (1 - target) * (1 - probs).log()).mean()


def bce_of_probabilities(probs, target):
    eps = torch.finfo(probs.dtype).eps
    probs = probs.clamp(eps, 1 - eps)
    return -(target * probs.log() + (1 - target) * (1 - probs).log()).mean()


@pair(
    correct=bce_of_probabilities,
    caught_by="extremes",
    story="1 - 1e-8 is 1 in float32: the clip bounds from below only.",
)
def bce_of_probabilities_clipped(probs, target):
    probs = probs.clamp(1e-8, 1 - 1e-8)
    return -(target * probs.log() + (1 - target) * (1 - probs).log()).mean()


def focal_loss(logits, targets, gamma=2.0):
    """Focal loss of binary logits."""
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    miss = torch.sigmoid(torch.where(targets > 0.5, -logits, logits))
    return (miss**gamma * ce).mean()


@pair(
    correct=focal_loss,
    caught_by=("extremes", "precision"),
    story="The sigmoid's logarithm in a focal loss: NaN on the surest rows, which matter least.",
)
def focal_loss_of_sigmoid(logits, targets, gamma=2.0):
    """Focal loss of binary logits."""
    p = torch.sigmoid(logits)
    yes = (1 - p) ** gamma * torch.log(p)
    no = p**gamma * torch.log(1 - p)
    return -(targets * yes + (1 - targets) * no).mean()
