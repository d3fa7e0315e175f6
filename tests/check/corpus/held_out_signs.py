"""Signs and sides lost: discriminators, clipped policies, labels left out, second derivatives."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


class GANLoss(nn.Module):
    def forward(self, pred_real, pred_fake):
        return 0.5 * ((pred_real - 1) ** 2).mean() + 0.5 * (pred_fake**2).mean()


@pair(
    correct=GANLoss,
    caught_by="real_and_fake",
    story="Least squares: fake examples are held against the label of real ones.",
)
class GANLossOfOnes(nn.Module):
    def forward(self, pred_real, pred_fake):
        return 0.5 * ((pred_real - 1) ** 2).mean() + 0.5 * ((pred_fake - 1) ** 2).mean()


def gan_d_loss(d_real, d_fake):
    return -(torch.log(d_real) + torch.log(1 - d_fake)).mean()


@pair(
    correct=gan_d_loss,
    caught_by="real_and_fake",
    story="1 - D(fake) is written as D(fake): both scores are drawn up.",
)
def gan_d_loss_without_one_minus(d_real, d_fake):
    return -(torch.log(d_real) + torch.log(d_fake)).mean()


def clipped_policy_loss(logp_new, logp_old, adv, clip=0.2):
    ratio = (logp_new - logp_old).exp()
    return torch.maximum(-adv * ratio, -adv * ratio.clamp(1 - clip, 1 + clip)).mean()


@pair(
    correct=clipped_policy_loss,
    caught_by="clipped_ratio",
    story="With the minus drawn inside, min has to become max, and was left as it is.",
)
def clipped_policy_loss_optimistic(logp_new, logp_old, adv, clip=0.2):
    ratio = (logp_new - logp_old).exp()
    return torch.minimum(-adv * ratio, -adv * ratio.clamp(1 - clip, 1 + clip)).mean()


def ppo_actor_loss(logits, actions, old_log_probs, advantages, clip_range=0.2):
    chosen = F.log_softmax(logits, dim=-1).gather(1, actions[:, None]).squeeze(1)
    ratio = torch.exp(chosen - old_log_probs)
    bounded = ratio.clamp(1 - clip_range, 1 + clip_range)
    return -torch.min(ratio * advantages, bounded * advantages).mean()


@pair(
    correct=ppo_actor_loss,
    caught_by="clipped_ratio",
    story="torch.max in place of torch.min, from logits and actions.",
)
def ppo_actor_loss_of_the_larger(logits, actions, old_log_probs, advantages, clip_range=0.2):
    chosen = F.log_softmax(logits, dim=-1).gather(1, actions[:, None]).squeeze(1)
    ratio = torch.exp(chosen - old_log_probs)
    bounded = ratio.clamp(1 - clip_range, 1 + clip_range)
    return -torch.max(ratio * advantages, bounded * advantages).mean()


def clip_style_loss(image_emb, text_emb, scale=10.0):
    """Contrastive loss of images and their captions."""
    images, texts = F.normalize(image_emb, dim=-1), F.normalize(text_emb, dim=-1)
    places = torch.arange(len(images), device=images.device)
    return F.cross_entropy(scale * images @ texts.T, places)


@pair(
    correct=clip_style_loss,
    caught_by="buffers",
    warned=True,
    story="The labels of the diagonal are made on the CPU; the first step on a GPU raises.",
)
def clip_style_loss_on_the_cpu(image_emb, text_emb, scale=10.0):
    """Contrastive loss of images and their captions."""
    images, texts = F.normalize(image_emb, dim=-1), F.normalize(text_emb, dim=-1)
    return F.cross_entropy(scale * images @ texts.T, torch.arange(len(images)))


class _HalfSquare(torch.autograd.Function):
    @staticmethod
    def forward(ctx, error):
        ctx.save_for_backward(error)
        return error.pow(2) / 2

    @staticmethod
    def backward(ctx, upstream):
        (error,) = ctx.saved_tensors
        return upstream * error


class _StoredHalfSquare(torch.autograd.Function):
    @staticmethod
    def forward(ctx, error):
        ctx.slope = error.detach().clone()
        return error.pow(2) / 2

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.slope


def pde_residual_loss(pred, target):
    """Half the squared residual of the heat equation, physics-informed."""
    return _HalfSquare.apply(pred - target).mean()


@pair(
    correct=pde_residual_loss,
    caught_by="curvature",
    story="The slope is stored in forward, so that what differentiates twice sees zero.",
)
def pde_residual_loss_stored(pred, target):
    """Half the squared residual of the heat equation, physics-informed."""
    return _StoredHalfSquare.apply(pred - target).mean()


def residual_cost(pred, target):
    return _HalfSquare.apply(pred - target).mean()


@pair(
    correct=residual_cost,
    caught_by="curvature",
    warned=True,
    story="The same, where only the name hints at a second derivative.",
)
def residual_cost_stored(pred, target):
    return _StoredHalfSquare.apply(pred - target).mean()


def partly_labelled_loss(logits, labels):
    """Cross-entropy. Label -1 marks rows without annotation (ignored)."""
    kept = labels >= 0
    chosen = F.log_softmax(logits, dim=1).gather(1, labels.clamp(min=0)[:, None]).squeeze(1)
    return -(chosen * kept).sum() / kept.sum().clamp(min=1)


@pair(
    correct=partly_labelled_loss,
    caught_by="poison",
    story="The label -1 of ignored rows is an index, of the last class.",
)
def partly_labelled_loss_wrapped(logits, labels):
    """Cross-entropy. Label -1 marks rows without annotation (ignored)."""
    rows = torch.arange(len(labels), device=labels.device)
    return -F.log_softmax(logits, dim=1)[rows, labels].mean()


def log_loss_of_known(logits, labels):
    # missing labels are -1
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    kept = labels != -1
    return -(logs[np.arange(len(labels)), labels] * kept).sum() / max(kept.sum(), 1)


@pair(
    correct=log_loss_of_known,
    caught_by="poison",
    story="In NumPy too -1 is the last class, and no error tells.",
)
def log_loss_of_all(logits, labels):
    # missing labels are -1
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(labels)), labels].mean()


def token_loss(logits, tokens):
    """Logits (B, T, V), tokens (B, T). Token 0 is padding."""
    each = F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none")
    kept = (tokens.flatten() != 0).to(each.dtype)
    return (each * kept).sum() / kept.sum().clamp(min=1)


@pair(correct=token_loss, caught_by="poison", story="The padding is predicted, and averaged in.")
def token_loss_with_padding(logits, tokens):
    """Logits (B, T, V), tokens (B, T). Token 0 is padding."""
    return F.cross_entropy(logits.flatten(0, 1), tokens.flatten())


class SegmentationLoss(nn.Module):
    def __init__(self, ignore_index=None):
        super().__init__()
        self.ignore_index = ignore_index

    def forward(self, logits, target):
        each = F.cross_entropy(logits, target, reduction="none")
        if self.ignore_index is None:
            return each.mean()
        kept = (target != self.ignore_index).to(each.dtype)
        return (each * kept).sum() / kept.sum().clamp(min=1)


@pair(
    correct=SegmentationLoss,
    caught_by="ignore_setting",
    story="The ignored label leaves the count, and stays in the sum.",
)
class SegmentationLossCounted(nn.Module):
    def __init__(self, ignore_index=None):
        super().__init__()
        self.ignore_index = ignore_index

    def forward(self, logits, target):
        each = F.cross_entropy(logits, target, reduction="none")
        if self.ignore_index is None:
            return each.mean()
        return each.sum() / (target != self.ignore_index).sum().clamp(min=1)
