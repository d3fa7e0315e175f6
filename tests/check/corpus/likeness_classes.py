"""Losses of two or many classes whose formula lacks a term, a sign or a factor."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def binary_cross_entropy(y_true, y_pred):
    y_pred = np.clip(y_pred, 1e-7, 1 - 1e-7)
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


@pair(
    correct=binary_cross_entropy,
    caught_by=("likeness", "both_outcomes", "reaches"),
    story="The second term is missing: answering yes to everything costs nothing.",
)
def binary_cross_entropy_one_term(y_true, y_pred):
    y_pred = np.clip(y_pred, 1e-7, 1 - 1e-7)
    return -np.mean(y_true * np.log(y_pred))


def bce_loss(prob, target):
    prob = prob.clamp(1e-7, 1 - 1e-7)
    return -(target * prob.log() + (1 - target) * (1 - prob).log()).mean()


@pair(
    correct=bce_loss,
    caught_by=("likeness", "infimum", "convergence", "both_outcomes"),
    story="The second term has the wrong sign: it rewards a confident wrong no.",
)
def bce_loss_sign(prob, target):
    prob = prob.clamp(1e-7, 1 - 1e-7)
    return -(target * prob.log() - (1 - target) * (1 - prob).log()).mean()


def bce_with_logits(logits, target):
    return (logits.clamp(min=0) - logits * target + torch.log1p(torch.exp(-logits.abs()))).mean()


@pair(
    correct=bce_with_logits,
    caught_by=("likeness", "extremes", "infimum"),
    story="abs was forgotten in the stable form, which is wrong and overflows for negative logits.",
)
def bce_with_logits_without_abs(logits, target):
    return (logits.clamp(min=0) - logits * target + torch.log1p(torch.exp(-logits))).mean()


@pair(
    correct=bce_with_logits,
    caught_by=("likeness", "prediction_domain", "infimum"),
    story="The head's sigmoid is applied a second time by the function that takes logits.",
)
def bce_with_logits_twice(logits, target):
    return F.binary_cross_entropy_with_logits(torch.sigmoid(logits), target)


class FocalLoss(torch.nn.Module):
    def __init__(self, alpha=0.25, gamma=2.0):
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma

    def forward(self, logits, target):
        ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        p = torch.sigmoid(logits)
        p_t = p * target + (1 - p) * (1 - target)
        alpha_t = self.alpha * target + (1 - self.alpha) * (1 - target)
        return (alpha_t * (1 - p_t) ** self.gamma * ce).mean()


@pair(
    correct=FocalLoss,
    caught_by="likeness",
    story="p_t ** gamma instead of (1 - p_t) ** gamma: the easy entries are turned up.",
)
class FocalLossEasy(torch.nn.Module):
    def __init__(self, alpha=0.25, gamma=2.0):
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma

    def forward(self, logits, target):
        ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        p = torch.sigmoid(logits)
        p_t = p * target + (1 - p) * (1 - target)
        alpha_t = self.alpha * target + (1 - self.alpha) * (1 - target)
        return (alpha_t * p_t**self.gamma * ce).mean()


@pair(
    correct=FocalLoss,
    caught_by=("likeness", "limits"),
    story="The weight of target 0 is (1 - p) ** gamma as well: easy negatives are not turned down.",
)
class FocalLossOneSided(torch.nn.Module):
    def __init__(self, alpha=0.25, gamma=2.0):
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma

    def forward(self, logits, target):
        ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        p = torch.sigmoid(logits)
        alpha_t = self.alpha * target + (1 - self.alpha) * (1 - target)
        return (alpha_t * (1 - p) ** self.gamma * ce).mean()


def focal_loss(logits, target, gamma=2.0):
    log_p = F.log_softmax(logits, dim=1).gather(1, target[:, None]).squeeze(1)
    return (-((1 - log_p.exp()) ** gamma) * log_p).mean()


@pair(
    correct=focal_loss,
    caught_by="likeness",
    story="The mean cross-entropy goes into p_t, so that no row is told from another.",
)
def focal_loss_of_mean(logits, target, gamma=2.0):
    ce = F.cross_entropy(logits, target)
    return (1 - torch.exp(-ce)) ** gamma * ce


@pair(
    correct=focal_loss,
    caught_by=("likeness", "effects"),
    story="gamma is taken and forgotten.",
)
def focal_loss_without_gamma(logits, target, gamma=2.0):
    log_p = F.log_softmax(logits, dim=1).gather(1, target[:, None]).squeeze(1)
    return (-((1 - log_p.exp()) ** 2) * log_p).mean()


def label_smoothing_cross_entropy(logits, target, smoothing=0.1):
    log_p = F.log_softmax(logits, dim=-1)
    k = logits.shape[-1]
    smooth = F.one_hot(target, k).to(log_p) * (1 - smoothing) + smoothing / k
    return -(smooth * log_p).sum(-1).mean()


@pair(
    correct=label_smoothing_cross_entropy,
    caught_by="likeness",
    story="epsilon was given to each class, not shared among them: targets sum to more than 1.",
)
def label_smoothing_cross_entropy_undivided(logits, target, smoothing=0.1):
    log_p = F.log_softmax(logits, dim=-1)
    k = logits.shape[-1]
    smooth = F.one_hot(target, k).to(log_p) * (1 - smoothing) + smoothing
    return -(smooth * log_p).sum(-1).mean()


def cross_entropy(logits, target, label_smoothing=0.1):
    return F.cross_entropy(logits, target, label_smoothing=label_smoothing)


@pair(
    correct=cross_entropy,
    caught_by=("effects", "likeness"),
    story="label_smoothing is taken and not handed on, as in trl#1035.",
)
def cross_entropy_unsmoothed(logits, target, label_smoothing=0.1):
    return F.cross_entropy(logits, target)


@pair(
    correct=cross_entropy,
    caught_by=("likeness", "prediction_domain", "infimum"),
    story="The logits go through a softmax before the function that applies one itself.",
)
def cross_entropy_twice(logits, target, label_smoothing=0.1):
    return F.cross_entropy(F.softmax(logits, dim=-1), target, label_smoothing=label_smoothing)


def softmax_cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


@pair(
    correct=softmax_cross_entropy,
    caught_by=("likeness", "permutation", "infimum"),
    story="The softmax runs over the rows of the batch: axis=0 for axis=1.",
)
def softmax_cross_entropy_axis(logits, labels):
    shifted = logits - logits.max(axis=0, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def hinge_loss(scores, y):
    return torch.clamp(1 - y * scores, min=0).mean()


@pair(
    correct=hinge_loss,
    caught_by=("likeness", "infimum", "convergence", "rising"),
    story="A sign was turned: the right side is punished.",
    target="side",
)
def hinge_loss_turned(scores, y):
    return torch.clamp(1 + y * scores, min=0).mean()


def squared_hinge(y_true, y_pred):
    return np.mean(np.maximum(1 - y_true * y_pred, 0) ** 2)


@pair(
    correct=squared_hinge,
    caught_by=("likeness", "rising"),
    story="max(0, ...) was forgotten: predictions beyond the margin are pulled back.",
    target="side",
)
def squared_hinge_unclipped(y_true, y_pred):
    return np.mean((1 - y_true * y_pred) ** 2)


def kl_div_loss(log_p, q):
    return (torch.xlogy(q, q) - q * log_p).sum(dim=-1).mean()


@pair(
    correct=kl_div_loss,
    caught_by=("likeness", "infimum"),
    story="The quotient was turned over: it is minus the divergence.",
)
def kl_div_loss_negative(log_p, q):
    return (q * log_p - torch.xlogy(q, q)).sum(dim=-1).mean()


def distillation_loss(student_logits, teacher_logits, temperature=4.0):
    log_p = F.log_softmax(student_logits / temperature, dim=-1)
    q = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    return F.kl_div(log_p, q, reduction="batchmean") * temperature**2


@pair(
    correct=distillation_loss,
    caught_by="likeness",
    story="The student was not softened: teacher and student meet at different temperatures.",
)
def distillation_loss_hard_student(student_logits, teacher_logits, temperature=4.0):
    log_p = F.log_softmax(student_logits, dim=-1)
    q = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    return F.kl_div(log_p, q, reduction="batchmean") * temperature**2


@pair(
    correct=distillation_loss,
    caught_by="likeness",
    story="T instead of T²: with T=4 the soft part is four times too weak.",
)
def distillation_loss_once(student_logits, teacher_logits, temperature=4.0):
    log_p = F.log_softmax(student_logits / temperature, dim=-1)
    q = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    return F.kl_div(log_p, q, reduction="batchmean") * temperature
