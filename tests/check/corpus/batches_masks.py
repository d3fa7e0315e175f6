"""Losses that leave entries out, or say so: garbage that counts, and batches with nothing left."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


def masked_mse(pred, target, mask):
    """Mean squared error where the mask is true. All of shape (N,)."""
    difference = torch.where(mask.bool(), pred - target, torch.zeros_like(pred))
    return (difference**2).sum() / mask.sum().clamp(min=1)


@pair(
    correct=masked_mse,
    caught_by="ignored",
    story="pytorch#70348: nothing is valid, and zero is divided by zero.",
)
def masked_mse_of_nothing(pred, target, mask):
    """Mean squared error where the mask is true. All of shape (N,)."""
    difference = torch.where(mask.bool(), pred - target, torch.zeros_like(pred))
    return (difference**2).sum() / mask.sum()


@pair(
    correct=masked_mse,
    caught_by="poison",
    story="pytorch#4132: a missing target is masked after computing; the gradient is NaN.",
    warned=True,
)
def masked_mse_masked_late(pred, target, mask):
    """Mean squared error where the mask is true. All of shape (N,)."""
    squares = (pred - target) ** 2
    squares = torch.where(mask.bool(), squares, torch.zeros_like(squares))
    return squares.sum() / mask.sum().clamp(min=1)


@pair(
    correct=masked_mse,
    caught_by="poison",
    story="keras#18818: multiplying with zero is not masking.",
    warned=True,
)
def masked_mse_multiplied(pred, target, mask):
    """Mean squared error where the mask is true. All of shape (N,)."""
    return ((pred - target) ** 2 * mask).sum() / mask.sum().clamp(min=1)


@pair(
    correct=masked_mse,
    caught_by="reductions",
    story="A mean over all entries: the more padding, the smaller the gradient.",
)
def masked_mse_mean_of_all(pred, target, mask):
    """Mean squared error where the mask is true. All of shape (N,)."""
    return torch.where(mask.bool(), pred - target, torch.zeros_like(pred)).square().mean()


@pair(
    correct=masked_mse,
    caught_by="poison",
    story="mmsegmentation#3172: a refactoring dropped the mask, and the argument stayed.",
)
def masked_mse_without_mask(pred, target, mask):
    """Mean squared error where the mask is true. All of shape (N,)."""
    return ((pred - target) ** 2).mean()


def masked_bce(probs, targets, mask):
    safe = torch.where(mask.bool(), probs, torch.full_like(probs, 0.5))
    loss = F.binary_cross_entropy(safe, targets, reduction="none")
    return torch.where(mask.bool(), loss, torch.zeros_like(loss)).sum() / mask.sum().clamp(min=1)


@pair(
    correct=masked_bce,
    caught_by="poison",
    story="Padding of zeros meets a logarithm before it meets the mask.",
)
def masked_bce_log_of_padding(probs, targets, mask):
    loss = -(targets * torch.log(probs) + (1 - targets) * torch.log(1 - probs))
    return (loss * mask).sum() / mask.sum().clamp(min=1)


def masked_mape(pred, target, mask):
    safe = jnp.where(mask, target, 1.0)
    error = jnp.where(mask, jnp.abs(pred - safe) / jnp.maximum(jnp.abs(safe), 1e-3), 0.0)
    return error.sum() / jnp.maximum(mask.sum(), 1)


@pair(
    correct=masked_mape,
    caught_by="poison",
    story="jnp.where chooses after the division: zero targets leave a NaN in the gradient.",
    target="positive",
)
def masked_mape_divided_first(pred, target, mask):
    error = jnp.where(mask, jnp.abs(pred - target) / jnp.abs(target), 0.0)
    return error.sum() / jnp.maximum(mask.sum(), 1)


def token_loss(logits, labels, ignore_index=-100):
    valid = labels != ignore_index
    log_probs = torch.log_softmax(logits, dim=-1)
    picked = log_probs.gather(-1, labels.clamp(min=0)[:, None])[:, 0]
    return -(picked * valid).sum() / valid.sum().clamp(min=1)


@pair(
    correct=token_loss,
    caught_by="ignored",
    story="pytorch-metric-learning#107: all targets ignored, and the mean of nothing is NaN.",
)
def token_loss_of_nothing(logits, labels, ignore_index=-100):
    valid = labels != ignore_index
    log_probs = torch.log_softmax(logits, dim=-1)
    picked = log_probs.gather(-1, labels.clamp(min=0)[:, None])[:, 0]
    return -picked[valid].mean()


@pair(
    correct=token_loss,
    caught_by=("ignored", "reductions"),
    story="pytorch-metric-learning#98: an epsilon of 1e-16 below a smoothed sum gives 1e12.",
)
def token_loss_over_tiny_count(logits, labels, ignore_index=-100):
    valid = (labels != ignore_index).to(logits.dtype)
    log_probs = torch.log_softmax(logits, dim=-1)
    picked = log_probs.gather(-1, labels.clamp(min=0)[:, None])[:, 0]
    return (1e-4 - (picked * valid).sum()) / (valid.sum() + 1e-16)


@pair(
    correct=token_loss,
    caught_by="poison",
    story="smp#366: ignore_index exists, and has no effect.",
)
def token_loss_ignoring_nothing(logits, labels, ignore_index=-100):
    log_probs = torch.log_softmax(logits, dim=-1)
    return -log_probs.gather(-1, labels.clamp(min=0)[:, None]).mean()


@pair(
    correct=token_loss,
    caught_by=("poison", "ignored"),
    story="FlagGems#73: -100 is used as an index before it is looked for.",
)
def token_loss_indexing_first(logits, labels, ignore_index=-100):
    log_probs = torch.log_softmax(logits, dim=-1)
    picked = log_probs.gather(-1, labels[:, None])[:, 0]
    valid = labels != ignore_index
    return -(picked * valid).sum() / valid.sum().clamp(min=1)


@pair(
    correct=token_loss,
    caught_by="reductions",
    story="smp: ignored pixels stay in the denominator (0.709 where 1.418 is right).",
)
def token_loss_counting_ignored(logits, labels, ignore_index=-100):
    return F.cross_entropy(logits, labels, ignore_index=ignore_index, reduction="none").mean()


def detection_loss(logits, targets):
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    return loss / targets.sum().clamp(min=1.0)


@pair(
    correct=detection_loss,
    caught_by="ignored",
    story="mmdetection#1317: an image without objects divides by no positives.",
)
def detection_loss_per_positive(logits, targets):
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    return loss / targets.sum()


@pair(
    correct=detection_loss,
    caught_by="ignored",
    story="An early return of a new zero: nothing to differentiate, and DDP hangs (U2PL#16).",
)
def detection_loss_new_zero(logits, targets):
    if targets.sum() == 0:
        return torch.tensor(0.0)
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    return loss / targets.sum()


class BalancedBCE(nn.Module):
    """Binary cross-entropy in which positives and negatives weigh the same."""

    def forward(self, logits, targets):
        loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        positives, negatives = targets, 1 - targets
        on = (loss * positives).sum() / positives.sum().clamp(min=1)
        off = (loss * negatives).sum() / negatives.sum().clamp(min=1)
        return 0.5 * (on + off)


@pair(
    correct=BalancedBCE,
    caught_by="ignored",
    story="The mean over no positives is NaN: loss[targets == 1].mean().",
)
class BalancedBCEOfNothing(nn.Module):
    """Binary cross-entropy in which positives and negatives weigh the same."""

    def forward(self, logits, targets):
        loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        return 0.5 * (loss[targets == 1].mean() + loss[targets == 0].mean())


def squeezed_bce(logits, targets):
    """Binary cross-entropy. logits: (N, 1), targets: (N,)."""
    return F.binary_cross_entropy_with_logits(logits.squeeze(-1), targets)


@pair(
    correct=squeezed_bce,
    caught_by="ignored",
    story="squeeze() drops the axis of rows too, as soon as the last batch has one row.",
    shapes="n 1, n",
)
def squeezed_bce_of_one_row(logits, targets):
    """Binary cross-entropy. logits: (N, 1), targets: (N,)."""
    return F.binary_cross_entropy_with_logits(logits.squeeze(), targets)


def mean_or_zero(pred, target):
    """Mean absolute error; 0 for an empty batch."""
    if pred.numel() == 0:
        return pred.sum() * 0.0
    return (pred - target).abs().mean()


@pair(
    correct=mean_or_zero,
    caught_by="empty",
    story="A case for the empty batch that returns a constant: backward raises.",
)
def mean_or_constant(pred, target):
    """Mean absolute error; 0 for an empty batch."""
    if pred.numel() == 0:
        return torch.tensor(0.0)
    return (pred - target).abs().mean()


def padded_nll(log_probs, labels, padding_mask):
    keep = ~padding_mask
    picked = -np.take_along_axis(log_probs, labels[:, None], axis=1)[:, 0]
    return np.where(keep, picked, 0.0).sum() / max(keep.sum(), 1)


@pair(
    correct=padded_nll,
    caught_by="ignored",
    story="The same in NumPy: np.mean of an empty selection.",
    shapes="n k, n, n",
    order="prediction, target, mask",
    prediction="log_probability",
    target="labels",
)
def padded_nll_of_nothing(log_probs, labels, padding_mask):
    picked = -np.take_along_axis(log_probs, labels[:, None], axis=1)[:, 0]
    return picked[~padding_mask].mean()


def masked_ce(logits, labels, mask):
    log_probs = jax.nn.log_softmax(logits, axis=-1)
    picked = jnp.take_along_axis(log_probs, labels[..., None], axis=-1)[..., 0]
    return -jnp.sum(jnp.where(mask, picked, 0.0)) / jnp.maximum(jnp.sum(mask), 1)


@pair(
    correct=masked_ce,
    caught_by="ignored",
    story="optax: a masked jnp.mean over nothing.",
    shapes="n k, n, n",
    order="prediction, target, mask",
    prediction="scores",
    target="labels",
)
def masked_ce_of_nothing(logits, labels, mask):
    log_probs = jax.nn.log_softmax(logits, axis=-1)
    picked = jnp.take_along_axis(log_probs, labels[..., None], axis=-1)[..., 0]
    return -jnp.mean(picked, where=mask)


def mse_of_known(pred, target):
    """Mean squared error over the targets that are known; the others are NaN."""
    known = ~torch.isnan(target)
    safe = torch.where(known, target, pred.detach())
    return ((pred - safe) ** 2).sum() / known.sum().clamp(min=1)


@pair(
    correct=mse_of_known,
    caught_by="poison",
    story="chemprop#960: NaN targets are chosen away after the subtraction; the gradient is NaN.",
)
def mse_of_known_masked_late(pred, target):
    """Mean squared error over the targets that are known; the others are NaN."""
    known = ~torch.isnan(target)
    squares = torch.where(known, (pred - target) ** 2, torch.zeros_like(pred))
    return squares.sum() / known.sum().clamp(min=1)
