"""Formulas that are right on ordinary batches: a lost side, a lost max, a zero share, a far row."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


class QuantileForecast(nn.Module):
    """preds: (N, Q), one column for each level; target: (N,)"""

    def __init__(self, quantiles=(0.2, 0.5, 0.8)):
        super().__init__()
        self.quantiles = quantiles

    def forward(self, preds, target):
        levels = torch.as_tensor(self.quantiles, dtype=preds.dtype, device=preds.device)
        error = target[:, None] - preds
        return torch.maximum(levels * error, (levels - 1) * error).mean()


@pair(
    correct=QuantileForecast,
    caught_by="quantile_side",
    story="1 - q for q - 1: a forecast that is too high is rewarded.",
)
class QuantileForecastOfOneSide(QuantileForecast):
    def forward(self, preds, target):
        levels = torch.as_tensor(self.quantiles, dtype=preds.dtype, device=preds.device)
        error = target[:, None] - preds
        return torch.maximum(levels * error, (1 - levels) * error).mean()


def pinball(y_true, y_pred, tau=0.3):
    late = y_true - y_pred
    return np.mean(np.maximum(tau * late, (tau - 1) * late))


@pair(
    correct=pinball,
    caught_by=("infimum", "likeness"),
    story="Both sides keep the sign of the error, so that a high prediction earns.",
)
def pinball_that_pays(y_true, y_pred, tau=0.3):
    late = y_true - y_pred
    return np.mean(np.where(late > 0, tau * late, (1 - tau) * late))


def dice_coefficient_loss(y_true, y_pred, smooth=1.0):
    both = tf.reduce_sum(y_true * y_pred)
    sizes = tf.reduce_sum(y_true) + tf.reduce_sum(y_pred)
    return 1.0 - (2.0 * both + smooth) / (sizes + smooth)


@pair(
    correct=dice_coefficient_loss,
    caught_by="bounds",
    story="The factor 2 was lost: a perfect mask still costs one half.",
)
def dice_coef_loss_of_half(y_true, y_pred, smooth=1.0):
    both = tf.reduce_sum(y_true * y_pred)
    sizes = tf.reduce_sum(y_true) + tf.reduce_sum(y_pred)
    return 1.0 - (both + smooth) / (sizes + smooth)


def mask_jaccard_loss(logits, masks):
    """Scores and masks of (N, H, W)."""
    chance = torch.sigmoid(logits).flatten(1)
    masks = masks.flatten(1)
    both = (chance * masks).sum(1)
    union = chance.sum(1) + masks.sum(1) - both
    return (1 - (both + 1e-6) / (union + 1e-6)).mean()


@pair(
    correct=mask_jaccard_loss,
    caught_by="bounds",
    story="The union holds the overlap twice.",
)
def mask_jaccard_loss_counted_twice(logits, masks):
    """Scores and masks of (N, H, W)."""
    chance = torch.sigmoid(logits).flatten(1)
    masks = masks.flatten(1)
    both = (chance * masks).sum(1)
    return (1 - (both + 1e-6) / (chance.sum(1) + masks.sum(1) + 1e-6)).mean()


def siamese_contrastive_loss(distance, same, margin=2.0):
    """distance: of each pair, 0 or more; same: 1 for pairs of one class, else 0."""
    apart = torch.clamp(margin - distance, min=0)
    return 0.5 * (same * distance**2 + (1 - same) * apart**2).mean()


@pair(
    correct=siamese_contrastive_loss,
    caught_by="same_pairs",
    story="Without its max, the margin becomes the distance at which all pairs shall stand.",
)
def siamese_contrastive_loss_without_end(distance, same, margin=2.0):
    """distance: of each pair, 0 or more; same: 1 for pairs of one class, else 0."""
    apart = margin - distance
    return 0.5 * (same * distance**2 + (1 - same) * apart**2).mean()


def forward_kl(log_q, p):
    """KL(p || q) of log-probabilities log_q and probabilities p, both (N, K)."""
    held = p > 0
    logs = jnp.log(jnp.where(held, p, 1.0))
    return jnp.sum(jnp.where(held, p * (logs - log_q), 0.0), axis=-1).mean()


@pair(
    correct=forward_kl,
    caught_by="extremes",
    story="A one-hot target makes 0 * log(0), and the epoch NaN.",
    warned=True,
)
def forward_kl_of_zero_shares(log_q, p):
    """KL(p || q) of log-probabilities log_q and probabilities p, both (N, K)."""
    return jnp.sum(p * (jnp.log(p) - log_q), axis=-1).mean()


def clip_loss(image_features, text_features, logit_scale=10.0):
    images = F.normalize(image_features, dim=-1)
    texts = F.normalize(text_features, dim=-1)
    scores = logit_scale * images @ texts.T
    own = torch.arange(len(scores), device=scores.device)
    return (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2


@pair(
    correct=clip_loss,
    caught_by="twins",
    story="Both terms are the images' softmax; texts are never asked for their image.",
)
def clip_loss_of_images(image_features, text_features, logit_scale=10.0):
    images = F.normalize(image_features, dim=-1)
    texts = F.normalize(text_features, dim=-1)
    scores = logit_scale * images @ texts.T
    own = torch.arange(len(scores), device=scores.device)
    back = (logit_scale * texts @ images.T).T
    return (F.cross_entropy(scores, own) + F.cross_entropy(back, own)) / 2


def pair_nce(a, b, temperature=0.2):
    """Symmetric InfoNCE of two tables of embeddings, (N, D) each."""
    scores = a @ b.T / temperature
    rows = jnp.diag(jax.nn.log_softmax(scores, axis=1))
    columns = jnp.diag(jax.nn.log_softmax(scores, axis=0))
    return -(rows.mean() + columns.mean()) / 2


@pair(
    correct=pair_nce,
    caught_by="twins",
    story="A docstring that says symmetric, and one axis for both terms.",
)
def pair_nce_of_rows(a, b, temperature=0.2):
    """Symmetric InfoNCE of two tables of embeddings, (N, D) each."""
    scores = a @ b.T / temperature
    rows = jnp.diag(jax.nn.log_softmax(scores, axis=1))
    columns = jnp.diag(jax.nn.log_softmax(scores.T, axis=0))
    return -(rows.mean() + columns.mean()) / 2


def triplet_margin(anchor, positive, negative, margin=0.5):
    near = (anchor - positive).pow(2).sum(-1)
    far = (anchor - negative).pow(2).sum(-1)
    return torch.relu(near - far + margin).mean()


@pair(
    correct=triplet_margin,
    caught_by="named_pairs",
    story="The margin outside of max(0, ...) is a constant, and trains nothing.",
)
def triplet_margin_added_behind(anchor, positive, negative, margin=0.5):
    near = (anchor - positive).pow(2).sum(-1)
    far = (anchor - negative).pow(2).sum(-1)
    return torch.relu(near - far).mean() + margin


@pair(
    correct=triplet_margin,
    caught_by="named_pairs",
    story="The mean was taken first: one negative that is far off pays for all rows.",
)
def triplet_margin_of_the_mean(anchor, positive, negative, margin=0.5):
    near = (anchor - positive).pow(2).sum(-1)
    far = (anchor - negative).pow(2).sum(-1)
    return torch.relu(near.mean() - far.mean() + margin)


def mixture_nll(weight_logits, means, log_scales, target):
    """Negative log likelihood of a mixture of K normals: (N, K) three times, target (N,)."""
    off = (target[:, None] - means) / log_scales.exp()
    each = -0.5 * off**2 - log_scales - 0.5 * math.log(2 * math.pi)
    return -torch.logsumexp(weight_logits.log_softmax(-1) + each, dim=-1).mean()


@pair(
    correct=mixture_nll,
    caught_by="extremes",
    story="A target far from all components has the density 0, and its logarithm is -inf.",
)
def mixture_nll_of_densities(weight_logits, means, log_scales, target):
    """Negative log likelihood of a mixture of K normals: (N, K) three times, target (N,)."""
    normal = torch.distributions.Normal(means, log_scales.exp())
    density = (weight_logits.softmax(-1) * normal.log_prob(target[:, None]).exp()).sum(-1)
    return -density.log().mean()


def huber(y_pred, y_true, delta=1.0):
    size = torch.abs(y_pred - y_true)
    return torch.where(size < delta, size**2 / 2, delta * (size - delta / 2)).mean()


@pair(
    correct=huber,
    caught_by="likeness",
    story="Right at delta = 1 alone: beyond, half of delta is taken off in place of its square.",
)
def huber_loss_right_at_one(y_pred, y_true, delta=1.0):
    size = torch.abs(y_pred - y_true)
    return torch.where(size < delta, size**2 / 2, delta * size - delta / 2).mean()


def categorical_crossentropy(y_true, y_pred, epsilon=1e-8):
    """Both (n, k): y_true one-hot, y_pred probabilities."""
    return -(y_true * np.log(np.maximum(y_pred, epsilon))).sum(axis=1).mean()


@pair(
    correct=categorical_crossentropy,
    caught_by="likeness",
    story="The logarithm of the target, which the name and an exchange of the two tell.",
)
def categorical_crossentropy_exchanged(y_true, y_pred, epsilon=1e-8):
    """Both (n, k): y_true one-hot, y_pred probabilities."""
    return -(y_pred * np.log(np.maximum(y_true, epsilon))).sum(axis=1).mean()
