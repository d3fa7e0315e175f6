"""Losses that bear a known name and compute something near it: each against its definition."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def dpo_loss(policy_chosen, policy_rejected, ref_chosen, ref_rejected, beta=0.1):
    gain = (policy_chosen - ref_chosen) - (policy_rejected - ref_rejected)
    return F.softplus(-beta * gain).mean()


@pair(
    correct=dpo_loss,
    caught_by="likeness",
    story="One minus too few: the reference's preference is added to the policy's.",
)
def dpo_loss_beside_the_reference(policy_chosen, policy_rejected, ref_chosen, ref_rejected,
                                  beta=0.1):  # fmt: skip
    gain = (policy_chosen + ref_chosen) - (policy_rejected + ref_rejected)
    return F.softplus(-beta * gain).mean()


def _jaccard_steps(truth):
    positives = truth.sum()
    missed = positives - truth.cumsum(0)
    index = 1 - missed / (positives + (1 - truth).cumsum(0))
    return torch.cat([index[:1], index[1:] - index[:-1]])


def lovasz_hinge_loss(logits, target):
    errors = 1 - logits.reshape(-1) * (2 * target.reshape(-1) - 1)
    errors, order = errors.sort(descending=True)
    return (errors.clamp(min=0) * _jaccard_steps(target.reshape(-1)[order])).sum()


@pair(
    correct=lovasz_hinge_loss,
    caught_by="likeness",
    story="sort() goes upwards by default: the smallest errors meet the largest steps.",
)
def lovasz_hinge_loss_upwards(logits, target):
    errors = 1 - logits.reshape(-1) * (2 * target.reshape(-1) - 1)
    errors, order = errors.sort()
    return (errors.clamp(min=0) * _jaccard_steps(target.reshape(-1)[order])).sum()


class CosFaceLoss(nn.Module):
    """The cosines (N, C) of features with class centres, labels (N,)."""

    def __init__(self, scale=16.0, margin=0.35):
        super().__init__()
        self.scale, self.margin = scale, margin

    def forward(self, cosines, labels):
        own = F.one_hot(labels, cosines.shape[1])
        return F.cross_entropy(self.scale * (cosines - self.margin * own), labels)


@pair(
    correct=CosFaceLoss,
    caught_by="likeness",
    story="The margin is given to the own class, which then has it easier than the others.",
)
class CosFaceLossEasier(CosFaceLoss):
    def forward(self, cosines, labels):
        own = F.one_hot(labels, cosines.shape[1])
        return F.cross_entropy(self.scale * (cosines + self.margin * own), labels)


def ssim_loss(pred, target, window_size=7, data_range=1.0):
    """Images (N, C, H, W) in [0, 1]."""
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2

    def local(images):
        return F.avg_pool2d(images, window_size, stride=1)

    a, b = local(pred), local(target)
    spread = local(pred**2) - a**2 + local(target**2) - b**2
    shared = local(pred * target) - a * b
    score = (2 * a * b + c1) / (a**2 + b**2 + c1) * (2 * shared + c2) / (spread + c2)
    return (1 - score).mean()


@pair(
    correct=ssim_loss,
    caught_by="likeness",
    story="The constants of 8-bit images outweigh every variance of images up to 1.",
)
def ssim_loss_of_bytes(pred, target, window_size=7):
    """Images (N, C, H, W) in [0, 1]."""
    return ssim_loss(pred, target, window_size, data_range=255.0)


class DistillationLoss(nn.Module):
    def __init__(self, temperature=3.0, alpha=0.7):
        super().__init__()
        self.temperature, self.alpha = temperature, alpha

    def forward(self, student_logits, teacher_logits, labels):
        t = self.temperature
        soft = F.kl_div(F.log_softmax(student_logits / t, 1),
                        F.softmax(teacher_logits.detach() / t, 1),
                        reduction="batchmean")  # fmt: skip
        return self.alpha * t**2 * soft + (1 - self.alpha) * F.cross_entropy(student_logits, labels)


@pair(
    correct=DistillationLoss,
    caught_by="likeness",
    story="The teacher's logits are not divided by the temperature.",
)
class DistillationLossOfHardTeacher(DistillationLoss):
    def forward(self, student_logits, teacher_logits, labels):
        t = self.temperature
        soft = F.kl_div(F.log_softmax(student_logits / t, 1),
                        F.softmax(teacher_logits.detach(), 1),
                        reduction="batchmean")  # fmt: skip
        return self.alpha * t**2 * soft + (1 - self.alpha) * F.cross_entropy(student_logits, labels)


def siamese_contrastive_loss(first, second, same, margin=1.0):
    gap = F.pairwise_distance(first, second)
    return (same * gap.square() + (1 - same) * (margin - gap).clamp(min=0).square()).mean()


@pair(
    correct=siamese_contrastive_loss,
    caught_by="likeness",
    story="margin + d: different pairs are pulled together, from however far.",
)
def siamese_contrastive_loss_pulling(first, second, same, margin=1.0):
    gap = F.pairwise_distance(first, second)
    return (same * gap.square() + (1 - same) * (margin + gap).clamp(min=0).square()).mean()


def smape_loss(forecast, actual, eps=1e-8):
    return np.mean(2 * np.abs(forecast - actual) / (np.abs(forecast) + np.abs(actual) + eps))


@pair(
    correct=smape_loss,
    caught_by="likeness",
    story="Only the actual value stands below the line, as in MAPE.",
)
def smape_loss_of_one_side(forecast, actual, eps=1e-8):
    return np.mean(2 * np.abs(forecast - actual) / (np.abs(actual) + eps))


def rmsle_loss(y_pred, y_true):
    return np.sqrt(np.mean((np.log1p(y_pred) - np.log1p(y_true)) ** 2))


@pair(
    correct=rmsle_loss,
    caught_by="likeness",
    story="The logarithm is taken of the squared difference.",
)
def rmsle_loss_of_difference(y_pred, y_true):
    return np.sqrt(np.mean(np.log1p((y_pred - y_true) ** 2)))
