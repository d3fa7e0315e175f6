"""Losses whose constants were chosen for one precision, and are gone in another."""

import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


def binary_loss(probs, target):
    eps = torch.finfo(probs.dtype).eps
    return -(target * torch.log(probs + eps) + (1 - target) * torch.log(1 - probs + eps)).mean()


@pair(
    correct=binary_loss,
    caught_by="precision",
    story="A tutorial's sample: log(p + 1e-15), which is log(0) in half precision.",
    warned=True,
)
def binary_loss_with_1e_15(probs, target):
    return -(target * torch.log(probs + 1e-15) + (1 - target) * torch.log(1 - probs + 1e-15)).mean()


class SegmentationBCE(nn.Module):
    """Pixelwise loss, for training with mixed precision."""

    def __init__(self, eps=1e-3):
        super().__init__()
        self.eps = eps

    def forward(self, probs, masks):
        """Probabilities and masks of shape (N, H, W)."""
        p = probs.clamp(min=self.eps)
        q = (1 - probs).clamp(min=self.eps)
        return -(masks * p.log() + (1 - masks) * q.log()).mean()


@pair(
    correct=SegmentationBCE,
    caught_by="precision",
    story="fvcore#114: clamp(min=1e-8) bounds nothing in float16.",
)
class SegmentationBCEWithTinyBound(nn.Module):
    """Pixelwise loss, for training with mixed precision."""

    def __init__(self, eps=1e-8):
        super().__init__()
        self.eps = eps

    def forward(self, probs, masks):
        """Probabilities and masks of shape (N, H, W)."""
        p = probs.clamp(min=self.eps)
        q = (1 - probs).clamp(min=self.eps)
        return -(masks * p.log() + (1 - masks) * q.log()).mean()


def jax_binary_loss_of_chances(probs, target):
    eps = jnp.finfo(probs.dtype).eps
    yes, no = jnp.maximum(probs, eps), jnp.maximum(1 - probs, eps)
    return -jnp.mean(target * jnp.log(yes) + (1 - target) * jnp.log(no))


@pair(
    correct=jax_binary_loss_of_chances,
    caught_by="precision",
    story="GLiNER2#155: a constant for float32 in a half-precision run.",
    warned=True,
)
def jax_binary_loss_of_chances_1e_10(probs, target):
    yes, no = probs + 1e-10, 1 - probs + 1e-10
    return -jnp.mean(target * jnp.log(yes) + (1 - target) * jnp.log(no))


def numpy_binary_loss(y, y_hat):
    eps = np.finfo(y_hat.dtype).eps
    return -np.mean(y * np.log(y_hat + eps) + (1 - y) * np.log(1 - y_hat + eps))


@pair(
    correct=numpy_binary_loss,
    caught_by="precision",
    story="A tutorial's sample, in NumPy: 1e-15 beside arrays of float16.",
    warned=True,
)
def numpy_binary_loss_with_1e_15(y, y_hat):
    return -np.mean(y * np.log(y_hat + 1e-15) + (1 - y) * np.log(1 - y_hat + 1e-15))


def class_loss(logits, labels):
    return F.cross_entropy(logits, labels)


@pair(
    correct=class_loss,
    caught_by="precision",
    story="An epsilon after the softmax holds in float32, and is 0 in float16.",
    warned=True,
)
def class_loss_of_chances(logits, labels):
    p = torch.softmax(logits, dim=-1)
    return -torch.log(p.gather(-1, labels[:, None]) + 1e-9).mean()


def image_mse(pred, target):
    """Mean over all pixels."""
    return (pred - target).pow(2).float().mean()


@pair(
    correct=image_mse,
    caught_by="large_sums",
    story="segmentation_models.pytorch#463: cast to half to save memory; above 65504 it is inf.",
)
def image_mse_in_half(pred, target):
    """Mean over all pixels."""
    return (pred - target).pow(2).half().sum() / pred.numel()
