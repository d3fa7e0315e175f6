"""Formulas that leave their definition where ordinary batches do not look: far out, or at ease."""

import jax.numpy as jnp
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def cosine_loss(pred, target, eps=1e-6):
    lengths = torch.linalg.vector_norm(pred, dim=1) * torch.linalg.vector_norm(target, dim=1)
    return 1 - ((pred * target).sum(1) / lengths.clamp(min=eps)).mean()


@pair(
    correct=cosine_loss,
    caught_by="zero_vectors",
    story="A padded row has no length, and 0 / 0 reaches every weight.",
)
def cosine_loss_unguarded(pred, target):
    lengths = torch.linalg.vector_norm(pred, dim=1) * torch.linalg.vector_norm(target, dim=1)
    return 1 - ((pred * target).sum(1) / lengths).mean()


def _unit(rows, least):
    return rows / np.maximum(np.sqrt((rows * rows).sum(-1, keepdims=True)), least)


def cosine_distance(a, b):
    return np.mean(1 - (_unit(a, 1e-9) * _unit(b, 1e-9)).sum(-1))


@pair(
    correct=cosine_distance,
    caught_by="zero_vectors",
    story="An embedding of zeros, as of an unknown word, makes the distance NaN.",
    warned=True,
)
def cosine_distance_unguarded(a, b):
    return np.mean(1 - (_unit(a, 0.0) * _unit(b, 0.0)).sum(-1))


def cox_partial_likelihood(risk, time, event):
    """Negative log partial likelihood; event is 1 where the time is that of a death."""
    scores = torch.where(time[None, :] >= time[:, None], risk[None, :], -torch.inf)
    return -((risk - torch.logsumexp(scores, 1)) * event).sum() / event.sum().clamp(min=1)


@pair(
    correct=cox_partial_likelihood,
    caught_by="extremes",
    story="Hazards are summed as exponentials: a log-hazard of 89 overflows in float32.",
)
def cox_partial_likelihood_of_hazards(risk, time, event):
    """Negative log partial likelihood; event is 1 where the time is that of a death."""
    hazards = risk.exp()
    at_risk = torch.stack([hazards[time >= each].sum() for each in time])
    return -((risk - at_risk.log()) * event).sum() / event.sum().clamp(min=1)


def _cox(risk, time, event, hazard):
    order = jnp.argsort(-time)
    risk, event = risk[order], event[order]
    return -jnp.sum(jnp.where(event > 0, risk - jnp.log(jnp.cumsum(hazard(risk))), 0.0))


def cox_loss(log_hazards, durations, events):
    top = jnp.max(log_hazards)
    return _cox(log_hazards - top, durations, events, jnp.exp)


@pair(
    correct=cox_loss,
    caught_by=("invariance", "extremes"),
    story="Hazards are clipped so that nothing overflows, and the largest all count the same.",
)
def cox_loss_clipped(log_hazards, durations, events):
    return _cox(log_hazards, durations, events, lambda x: jnp.exp(jnp.minimum(x, 20.0)))


def negative_binomial_counts(log_rate, counts, shape=2.0):
    """Counts from 0 on; log_rate is any real number."""
    total = F.softplus(log_rate - np.log(shape))
    return ((counts + shape) * total - counts * log_rate).mean()


@pair(
    correct=negative_binomial_counts,
    caught_by="extremes",
    story="log(1 + exp(x)) is written out, and overflows at 89 in float32.",
)
def negative_binomial_counts_overflowing(log_rate, counts, shape=2.0):
    """Counts from 0 on; log_rate is any real number."""
    total = torch.log(1 + torch.exp(log_rate) / shape)
    return ((counts + shape) * total - counts * log_rate).mean()


def info_nce(queries, keys, temperature=0.07):
    scores = queries @ keys.T / temperature
    return (torch.logsumexp(scores, 1) - scores.diagonal()).mean()


@pair(
    correct=info_nce,
    caught_by=("extremes", "precision"),
    story="Products of rows that nobody normalised go into exp as they are.",
)
def info_nce_of_exponentials(queries, keys, temperature=0.07):
    scores = torch.exp(queries @ keys.T / temperature)
    return -torch.log(scores.diagonal() / scores.sum(1)).mean()


def softmax_loss(scores, labels):
    """scores: (N, K), labels: (N,)"""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(labels)), labels].mean()


@pair(
    correct=softmax_loss,
    caught_by="extremes",
    story="The greatest score is not taken off before exp.",
)
def softmax_loss_unshifted(scores, labels):
    """scores: (N, K), labels: (N,)"""
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(labels)), labels].mean()


class ReducedFocalLoss(nn.Module):
    """Hard examples keep their whole cross-entropy, easy ones lose most of it."""

    def __init__(self, gamma=2.0, cut=0.5):
        super().__init__()
        self.gamma, self.cut = gamma, cut

    def forward(self, logits, target):
        loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        chance = torch.exp(-loss)
        factor = ((1 - chance) / self.cut) ** self.gamma
        return (torch.where(chance < self.cut, 1.0, factor) * loss).mean()


@pair(
    correct=ReducedFocalLoss,
    caught_by="focusing",
    story="toolbelt: the two sides of the threshold are exchanged, so easy entries keep all.",
)
class ReducedFocalLossInverted(nn.Module):
    """Hard examples keep their whole cross-entropy, easy ones lose most of it."""

    def __init__(self, gamma=2.0, cut=0.5):
        super().__init__()
        self.gamma, self.cut = gamma, cut

    def forward(self, logits, target):
        loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        chance = torch.exp(-loss)
        factor = ((1 - chance) / self.cut) ** self.gamma
        return (torch.where(chance > self.cut, 1.0, factor) * loss).mean()


def focal_loss_from_probs(probs, target, gamma=2.0):
    """Probs in (0, 1), target 0 or 1."""
    right = torch.where(target > 0, probs, 1 - probs)
    return (-((1 - right) ** gamma) * torch.log(right.clamp(min=1e-12))).mean()


@pair(
    correct=focal_loss_from_probs,
    caught_by="focusing",
    story="kozistr's BCEFocalLoss: only positives are focused.",
)
def focal_loss_of_positives(probs, target, gamma=2.0):
    """Probs in (0, 1), target 0 or 1."""
    right = torch.where(target > 0, probs, 1 - probs)
    factor = torch.where(target > 0, (1 - probs) ** gamma, torch.ones_like(probs))
    return (-factor * torch.log(right.clamp(min=1e-12))).mean()
