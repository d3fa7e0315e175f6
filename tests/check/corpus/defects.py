"""Defects of released libraries, written anew from their descriptions."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def tversky_loss(pred, target, alpha=0.7, beta=0.3, smooth=1e-6):
    overlap = (pred * target).sum()
    false_positive = (pred * (1 - target)).sum()
    false_negative = ((1 - pred) * target).sum()
    below = overlap + alpha * false_positive + beta * false_negative + smooth
    return 1 - (overlap + smooth) / below


@pair(
    correct=tversky_loss,
    caught_by="likeness",
    story="Keras 3.15 swaps alpha and beta: what is called fp sums (1 - prediction) * target.",
)
def tversky_loss_exchanged(pred, target, alpha=0.7, beta=0.3, smooth=1e-6):
    overlap = (pred * target).sum()
    false_positive = ((1 - pred) * target).sum()
    false_negative = (pred * (1 - target)).sum()
    below = overlap + alpha * false_positive + beta * false_negative + smooth
    return 1 - (overlap + smooth) / below


class TverskyLoss(torch.nn.Module):
    def __init__(self, alpha=0.3, beta=0.7, eps=1e-8):
        super().__init__()
        self.alpha, self.beta, self.eps = alpha, beta, eps

    def forward(self, pred, target):
        overlap = (pred * target).sum()
        fps = (pred * (1 - target)).sum()
        fns = ((1 - pred) * target).sum()
        below = overlap + self.alpha * fps + self.beta * fns
        return 1 - (overlap + self.eps) / (below + self.eps)


@pair(
    correct=TverskyLoss,
    caught_by="likeness",
    story="kornia's tversky_loss: only alpha + beta counts, for both multiply target - overlap.",
)
class TverskyLossSum(torch.nn.Module):
    def __init__(self, alpha=0.3, beta=0.7, eps=1e-8):
        super().__init__()
        self.alpha, self.beta, self.eps = alpha, beta, eps

    def forward(self, pred, target):
        overlap = (pred * target).sum()
        fps = target.sum() - overlap
        fns = target.sum() - overlap
        below = overlap + self.alpha * fps + self.beta * fns
        return 1 - (overlap + self.eps) / (below + self.eps)


def triplet_margin_loss(anchor, positive, negative, margin=1.0):
    near = (anchor - positive).abs().sum(-1)
    far = (anchor - negative).abs().sum(-1)
    return torch.relu(near - far + margin).mean()


@pair(
    correct=triplet_margin_loss,
    caught_by="likeness",
    story="optax 0.2.8 with norm_degree=1 adds signed differences, for want of an abs.",
)
def triplet_margin_loss_signed(anchor, positive, negative, margin=1.0):
    near = (anchor - positive).sum(-1)
    far = (anchor - negative).sum(-1)
    return torch.relu(near - far + margin).mean()


def binary_focal_loss(prob, target, gamma=2.0):
    prob = prob.clamp(1e-3, 1 - 1e-3)
    yes = -((1 - prob) ** gamma) * target * prob.log()
    no = -(prob**gamma) * (1 - target) * (1 - prob).log()
    return (yes + no).mean()


@pair(
    correct=binary_focal_loss,
    caught_by="likeness",
    story="kozistr's BCEFocalLoss does not turn down the easy negatives.",
)
def binary_focal_loss_negatives(prob, target, gamma=2.0):
    prob = prob.clamp(1e-3, 1 - 1e-3)
    yes = -((1 - prob) ** gamma) * target * prob.log()
    no = -(1 - target) * (1 - prob).log()
    return (yes + no).mean()


def sigmoid_focal_loss(logits, target, alpha=0.25, gamma=2.0):
    ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    p_t = torch.exp(-ce)
    alpha_t = alpha * target + (1 - alpha) * (1 - target)
    return (alpha_t * (1 - p_t) ** gamma * ce).mean()


@pair(
    correct=sigmoid_focal_loss,
    caught_by="class_balance",
    story="kornia#875: alpha multiplies every class, and balances nothing.",
    warned=True,
)
def sigmoid_focal_loss_rescaled(logits, target, alpha=0.25, gamma=2.0):
    ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    p_t = torch.exp(-ce)
    return (alpha * (1 - p_t) ** gamma * ce).mean()


@pair(
    correct=sigmoid_focal_loss,
    caught_by="likeness",
    story="alpha and 1 - alpha were exchanged: with alpha=0.25 the rare yes counts thrice as much.",
)
def sigmoid_focal_loss_turned(logits, target, alpha=0.25, gamma=2.0):
    ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    p_t = torch.exp(-ce)
    alpha_t = (1 - alpha) * target + alpha * (1 - target)
    return (alpha_t * (1 - p_t) ** gamma * ce).mean()


class SoftF1Loss(torch.nn.Module):
    def __init__(self, beta=2.0, eps=1e-6):
        super().__init__()
        self.beta, self.eps = beta, eps

    def forward(self, y_pred, y_true):
        tp = (y_pred * y_true).sum()
        fp = (y_pred * (1 - y_true)).sum()
        fn = ((1 - y_pred) * y_true).sum()
        square = self.beta**2
        below = (1 + square) * tp + square * fn + fp
        return 1 - ((1 + square) * tp + self.eps) / (below + self.eps)


@pair(
    correct=SoftF1Loss,
    caught_by="likeness",
    story="kozistr's SoftF1Loss exchanges false positives and negatives: beta=2 favours precision.",
)
class SoftF1LossExchanged(torch.nn.Module):
    def __init__(self, beta=2.0, eps=1e-6):
        super().__init__()
        self.beta, self.eps = beta, eps

    def forward(self, y_pred, y_true):
        tp = (y_pred * y_true).sum()
        fp = ((1 - y_pred) * y_true).sum()
        fn = (y_pred * (1 - y_true)).sum()
        square = self.beta**2
        below = (1 + square) * tp + square * fn + fp
        return 1 - ((1 + square) * tp + self.eps) / (below + self.eps)


def dice_loss_of_masks(pred, target, eps=1e-7):
    inter = (pred * target).sum()
    return 1 - (2 * inter + eps) / (pred.sum() + target.sum() + eps)


@pair(
    correct=dice_loss_of_masks,
    caught_by="empty_mask",
    story="Keras 3.15 charges 1.0 for an empty mask that was predicted empty.",
    shapes="n h w, n h w",
    prediction="probability",
    target="degree",
    warned=True,
)
def dice_loss_of_empty_masks(pred, target, eps=1e-7):
    inter = (pred * target).sum()
    return 1 - 2 * inter / (pred.sum() + target.sum() + eps)


def logcosh_audio_loss(pred, target, a=1.0):
    size = torch.abs(a * (pred - target))
    return ((size + F.softplus(-2 * size) - np.log(2.0)) / a).mean()


@pair(
    correct=logcosh_audio_loss,
    caught_by=("extremes", "precision"),
    story="auraloss' LogCoshLoss computes log(cosh(x)): infinite in float32 from an error of 89.",
)
def logcosh_audio_loss_overflowing(pred, target, a=1.0):
    return (torch.log(torch.cosh(a * (pred - target))) / a).mean()


def barlow_twins_loss(z_a, z_b, lambd=0.005):
    z_a = (z_a - z_a.mean(0)) / z_a.std(0, unbiased=False)
    z_b = (z_b - z_b.mean(0)) / z_b.std(0, unbiased=False)
    c = z_a.T @ z_b / len(z_a)
    on = torch.diagonal(c).add(-1).pow(2).sum()
    off = c.pow(2).sum() - torch.diagonal(c).pow(2).sum()
    return on + lambd * off


@pair(
    correct=barlow_twins_loss,
    caught_by="likeness",
    story="MONAI divides by N what was scaled with N - 1: identical views never reach 1.",
    shapes="n d, n d",
    warned=True,
)
def barlow_twins_loss_unreached(z_a, z_b, lambd=0.005):
    z_a = (z_a - z_a.mean(0)) / z_a.std(0, unbiased=True)
    z_b = (z_b - z_b.mean(0)) / z_b.std(0, unbiased=True)
    c = z_a.T @ z_b / len(z_a)
    on = torch.diagonal(c).add(-1).pow(2).sum()
    off = c.pow(2).sum() - torch.diagonal(c).pow(2).sum()
    return on + lambd * off


def multi_task_loss(pred, target, weight=3.0):
    first = ((pred[:, 0] - target[:, 0]) ** 2).mean()
    second = ((pred[:, 1] - target[:, 1]) ** 2).mean()
    return first + weight * second


@pair(
    correct=multi_task_loss,
    caught_by="effects",
    story="TorchEasyRec#171: a task's weight is divided by the mean of itself, which gives 1.",
    shapes="n 2, n 2",
)
def multi_task_loss_normalised(pred, target, weight=3.0):
    first = ((pred[:, 0] - target[:, 0]) ** 2).mean()
    second = ((pred[:, 1] - target[:, 1]) ** 2).mean()
    normalised = weight / np.mean([weight])
    return first + normalised * second


def dpo_loss(policy_logratios, reference_logratios, beta=0.1, label_smoothing=0.05):
    logits = beta * (policy_logratios - reference_logratios)
    right = -F.logsigmoid(logits) * (1 - label_smoothing)
    return (right - F.logsigmoid(-logits) * label_smoothing).mean()


@pair(
    correct=dpo_loss,
    caught_by="effects",
    story="trl#1035: label_smoothing has no effect on this form of the loss.",
)
def dpo_loss_unsmoothed(policy_logratios, reference_logratios, beta=0.1, label_smoothing=0.05):
    logits = beta * (policy_logratios - reference_logratios)
    return -F.logsigmoid(logits).mean()


class DiceBCELoss(torch.nn.Module):
    def __init__(self, bce_weight=0.3, smooth=1.0):
        super().__init__()
        self.bce_weight, self.smooth = bce_weight, smooth

    def forward(self, logits, target):
        bce = F.binary_cross_entropy_with_logits(logits, target)
        prob = torch.sigmoid(logits)
        overlap = 2 * (prob * target).sum() + self.smooth
        dice = 1 - overlap / (prob.sum() + target.sum() + self.smooth)
        return self.bce_weight * bce + (1 - self.bce_weight) * dice


@pair(
    correct=DiceBCELoss,
    caught_by="effects",
    story="The weight of the two terms is kept, and the terms are simply added.",
)
class DiceBCELossUnweighted(torch.nn.Module):
    def __init__(self, bce_weight=0.3, smooth=1.0):
        super().__init__()
        self.bce_weight, self.smooth = bce_weight, smooth

    def forward(self, logits, target):
        bce = F.binary_cross_entropy_with_logits(logits, target)
        prob = torch.sigmoid(logits)
        overlap = 2 * (prob * target).sum() + self.smooth
        dice = 1 - overlap / (prob.sum() + target.sum() + self.smooth)
        return bce + dice


def generalized_dice_loss(probs, onehot, power=2.0):
    weight = 1 / (onehot.sum(dim=(0, 2, 3)) ** power + 1)
    overlap = (weight * (probs * onehot).sum(dim=(0, 2, 3))).sum()
    total = (weight * (probs + onehot).sum(dim=(0, 2, 3))).sum()
    return 1 - 2 * overlap / (total + 1e-6)


@pair(
    correct=generalized_dice_loss,
    caught_by="effects",
    story="MONAI#369: class weights multiply above and below each class's line, and cancel.",
    shapes="n k h w, n k h w",
    prediction="probability",
    target="degree",
)
def generalized_dice_loss_cancelling(probs, onehot, power=2.0):
    weight = 1 / (onehot.sum(dim=(0, 2, 3)) ** power + 1)
    overlap = weight * (probs * onehot).sum(dim=(0, 2, 3))
    total = weight * (probs + onehot).sum(dim=(0, 2, 3))
    return (1 - 2 * overlap / total).mean()


def dfl_loss(log_p, target):
    return (torch.xlogy(target, target) - target * log_p).sum(dim=-1).mean()


@pair(
    correct=dfl_loss,
    caught_by=("likeness", "batch_scale", "reductions"),
    like="kl",
    story="LD#74: the mean over the 17 bins makes the loss 17 times too small.",
    shapes="n k, n k",
    prediction="log_probability",
    target="distribution",
)
def dfl_loss_too_small(log_p, target):
    return (target * (target.log() - log_p)).mean()
