"""Losses of SciPy, NumPy, JAX and Keras whose host, masks or words were once misread."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import scipy.special
import torch
import torch.nn.functional as F  # noqa: N812
from keras import ops
from scipy.special import log_softmax, logsumexp, softmax

from tests.check.corpus.pair import pair


def multinomial_deviance(raw_scores, labels):
    """Labels are integers (N,), raw scores (N, C)."""
    rows = np.arange(len(labels))
    return -2 * log_softmax(raw_scores, axis=1)[rows, labels].mean()


@pair(
    correct=multinomial_deviance,
    caught_by="prediction_domain",
    story="SciPy's log_softmax was taken for a tensor's method; the softmax is taken twice.",
)
def multinomial_deviance_twice_soft(raw_scores, labels):
    """Labels are integers (N,), raw scores (N, C)."""
    rows = np.arange(len(labels))
    return -2 * log_softmax(softmax(raw_scores, axis=1), axis=1)[rows, labels].mean()


def soft_label_loss(logits, soft_labels):
    """Cross-entropy with a distribution as target, both (N, C)."""
    normaliser = scipy.special.logsumexp(logits, axis=-1)
    return np.mean(normaliser - np.sum(soft_labels * logits, axis=-1))


@pair(
    correct=soft_label_loss,
    caught_by=("cancelling", "batch_scale", "permutation", "reductions", "infimum", "invariance"),
    story="The normaliser runs over the batch, as axis=0 was copied from a loss of columns.",
)
def soft_label_loss_over_rows(logits, soft_labels):
    """Cross-entropy with a distribution as target, both (N, C)."""
    normaliser = logsumexp(logits, axis=0, keepdims=True)
    return -np.mean(np.sum(soft_labels * (logits - normaliser), axis=-1))


def masked_squares(pred, target, mask):
    known = jnp.where(mask, target, pred)
    return jnp.sum((pred - known) ** 2) / jnp.maximum(jnp.sum(mask), 1)


@pair(
    correct=masked_squares,
    caught_by="poison",
    story="JAX makes a choice of a product with booleans: the value is finite, the gradient not.",
    warned=True,
)
def masked_squares_multiplied(pred, target, mask):
    return jnp.sum((pred - target) ** 2 * mask) / jnp.maximum(jnp.sum(mask), 1)


class PlainTukey(keras.losses.Loss):
    def __init__(self, scale=4.685):
        super().__init__(name="tukey")
        self.scale = scale

    def call(self, y_true, y_pred):
        inside = ops.clip(1 - ops.square((y_true - y_pred) / self.scale), 0, 1)
        return ops.mean(self.scale**2 / 6 * (1 - inside**3), axis=-1)


@pair(
    correct=PlainTukey,
    caught_by="serialisation",
    story="A class without get_config is not stored; one that stores its name alone is.",
)
class TukeyStoringItsName(PlainTukey):
    def __init__(self, scale=4.685, **others):
        super().__init__(scale)

    def get_config(self):
        return {"name": self.name}


def clipped_nll(y_true, y_prob):
    """One-hot targets and probabilities, both (N, C)."""
    return -np.mean(np.sum(y_true * np.log(np.maximum(y_prob, 1e-12)), axis=1))


@pair(
    correct=clipped_nll,
    caught_by="precision",
    story="The epsilon inside the logarithm is zero in half precision; a clip may stay.",
    warned=True,
)
def clipped_nll_with_epsilon(y_true, y_prob):
    """One-hot targets and probabilities, both (N, C)."""
    return -np.mean(np.sum(y_true * np.log(y_prob + 1e-12), axis=1))


def answered_loss(probs, target):
    """Log loss of those who said yes; a target of 0 has no answer."""
    known = (target > 0).to(probs.dtype)
    return -(known * torch.log(probs.clamp(1e-4, 1))).sum() / known.sum().clamp(min=1)


@pair(
    correct=answered_loss,
    caught_by="both_outcomes",
    story="What has no answer still counts below the line; left out, a zero is no class.",
)
def answered_loss_over_all(probs, target):
    """Log loss of those who said yes; a target of 0 has no answer."""
    known = (target > 0).to(probs.dtype)
    return -(known * torch.log(probs.clamp(1e-4, 1))).mean()


def view_loss(p, z):
    """Negative cosine of two views; z is treated as a constant: stop-gradient on z."""
    z = jax.lax.stop_gradient(z)
    p = p / jnp.linalg.norm(p + 1e-8, axis=-1, keepdims=True)
    z = z / jnp.linalg.norm(z + 1e-8, axis=-1, keepdims=True)
    return -jnp.mean(jnp.sum(p * z, axis=-1))


@pair(
    correct=view_loss,
    caught_by="target_gradient",
    story="The stopped gradient was lost in a rewriting; p is no power, and z no target by name.",
    warned=True,
)
def view_loss_through_both(p, z):
    """Negative cosine of two views; z is treated as a constant: stop-gradient on z."""
    p = p / jnp.linalg.norm(p + 1e-8, axis=-1, keepdims=True)
    z = z / jnp.linalg.norm(z + 1e-8, axis=-1, keepdims=True)
    return -jnp.mean(jnp.sum(p * z, axis=-1))


def bootstrap_loss(query, key):
    """Squared distance of unit vectors. No gradient flows into the key."""
    here, there = F.normalize(query, dim=-1), F.normalize(key.detach(), dim=-1)
    return (here - there).square().sum(-1).mean()


@pair(
    correct=bootstrap_loss,
    caught_by="target_gradient",
    story="The documentation promises a stopped gradient, and no line stops it.",
    warned=True,
)
def bootstrap_loss_unstopped(query, key):
    """Squared distance of unit vectors. No gradient flows into the key."""
    here, there = F.normalize(query, dim=-1), F.normalize(key, dim=-1)
    return (here - there).square().sum(-1).mean()
