"""What settings, reductions and weights of classes do, where nothing but a second look tells."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


class _LogCosh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, error):
        ctx.save_for_backward(error)
        return error.abs() + F.softplus(-2 * error.abs()) - 0.6931471805599453

    @staticmethod
    def backward(ctx, above):
        (error,) = ctx.saved_tensors
        return above * torch.tanh(error)


class _LogCoshOfMean(_LogCosh):
    @staticmethod
    def backward(ctx, above):
        (error,) = ctx.saved_tensors
        return above.mean() * torch.tanh(error)


def log_cosh(predictions, targets, reduction="mean"):
    entries = _LogCosh.apply(predictions - targets)
    if reduction == "mean":
        return entries.mean()
    if reduction == "sum":
        return entries.sum()
    return entries


@pair(
    correct=log_cosh,
    caught_by="upstream",
    story="A fast backward pass took the mean of what comes from above: right under mean and sum,"
    " and wrong for whoever weights the entries.",
)
def log_cosh_of_mean_gradients(predictions, targets, reduction="mean"):
    entries = _LogCoshOfMean.apply(predictions - targets)
    if reduction == "mean":
        return entries.mean()
    if reduction == "sum":
        return entries.sum()
    return entries


class RowwiseNLL(nn.Module):
    def __init__(self, reduction="mean"):
        super().__init__()
        self.reduction = reduction

    def forward(self, scores, labels):
        loss = -F.log_softmax(scores, 1)[torch.arange(len(labels)), labels]
        if self.reduction == "mean":
            loss = loss.mean()
        elif self.reduction == "sum":
            loss = loss.sum()
        return loss


@pair(
    correct=RowwiseNLL,
    caught_by="reductions",
    story="The sum was scaled by the batch as the mean had been; nobody had asked for the rows.",
)
class RowwiseNLLDividedSum(nn.Module):
    def __init__(self, reduction="mean"):
        super().__init__()
        self.reduction = reduction

    def forward(self, scores, labels):
        loss = -F.log_softmax(scores, 1)[torch.arange(len(labels)), labels]
        if self.reduction == "mean":
            loss = loss.mean()
        elif self.reduction == "sum":
            loss = loss.sum() / len(labels)
        return loss


def anchor_focal_loss(scores, matched, alpha=0.25, gamma=2.0):
    """Focal loss of anchors, over the number of matched ones."""
    p = torch.sigmoid(scores)
    hit, miss = F.logsigmoid(scores), F.logsigmoid(-scores)
    yes = -alpha * (1 - p) ** gamma * matched * hit
    no = -(1 - alpha) * p**gamma * (1 - matched) * miss
    return (yes + no).sum() / matched.sum().clamp(min=1.0)


@pair(
    correct=anchor_focal_loss,
    caught_by=("limits", "likeness", "effects"),
    story="`gamma or 2.0` takes a gamma of zero for none given.",
    warned=True,
)
def anchor_focal_loss_or_two(scores, matched, alpha=0.25, gamma=2.0):
    """Focal loss of anchors, over the number of matched ones."""
    gamma = gamma or 2.0
    p = torch.sigmoid(scores)
    hit, miss = F.logsigmoid(scores), F.logsigmoid(-scores)
    yes = -alpha * (1 - p) ** gamma * matched * hit
    no = -(1 - alpha) * p**gamma * (1 - matched) * miss
    return (yes + no).sum() / matched.sum().clamp(min=1.0)


class CostedFocalLoss(nn.Module):
    def __init__(self, gamma=2.0, class_weight=(0.5, 1.0, 4.0)):
        super().__init__()
        self.gamma = gamma
        self.class_weight = list(class_weight)

    def forward(self, scores, labels):
        cost = scores.new_tensor(self.class_weight)[labels]
        ce = F.cross_entropy(scores, labels, reduction="none")
        return (cost * (1 - torch.exp(-ce)) ** self.gamma * ce).sum() / cost.sum()


@pair(
    correct=CostedFocalLoss,
    caught_by="weights",
    story="The probability of the class was taken of a cross-entropy that already bore its weight.",
)
class CostedFocalLossOfCosts(nn.Module):
    def __init__(self, gamma=2.0, class_weight=(0.5, 1.0, 4.0)):
        super().__init__()
        self.gamma = gamma
        self.class_weight = list(class_weight)

    def forward(self, scores, labels):
        cost = scores.new_tensor(self.class_weight)
        ce = F.cross_entropy(scores, labels, weight=cost, reduction="none")
        return ((1 - torch.exp(-ce)) ** self.gamma * ce).sum() / cost[labels].sum()


def focal_of_alphas(logits, labels, weight=None, gamma=2.0):
    logp = F.log_softmax(logits, dim=1).gather(1, labels[:, None]).squeeze(1)
    loss = -((1 - logp.exp()) ** gamma) * logp
    if weight is not None:
        loss = loss * weight[labels]
    return loss.mean()


@pair(
    correct=focal_of_alphas,
    caught_by="weights",
    story="Weights of classes went into nll_loss, whose exponent was then called p_t.",
)
def focal_of_weighted_likelihoods(logits, labels, weight=None, gamma=2.0):
    nll = F.nll_loss(F.log_softmax(logits, dim=1), labels, weight=weight, reduction="none")
    return ((1 - torch.exp(-nll)) ** gamma * nll).mean()


class SoftTargets(nn.Module):
    """Knowledge distillation; with `hard`, the labels count too."""

    def __init__(self, temperature=3.0, hard=None):
        super().__init__()
        self.temperature, self.hard = temperature, hard

    def forward(self, student_logits, teacher_logits, labels):
        t = self.temperature
        soft = F.kl_div(
            F.log_softmax(student_logits / t, -1),
            F.softmax(teacher_logits.detach() / t, -1),
            reduction="batchmean",
        )
        if self.hard is None:
            return soft * t**2
        return (1 - self.hard) * soft * t**2 + self.hard * F.cross_entropy(student_logits, labels)


@pair(
    correct=SoftTargets,
    caught_by="unused",
    story="The labels were replaced by the student's own guesses under every setting.",
)
class SoftTargetsWithoutLabels(nn.Module):
    """Knowledge distillation; with `hard`, the labels count too."""

    def __init__(self, temperature=3.0, hard=None):
        super().__init__()
        self.temperature, self.hard = temperature, hard

    def forward(self, student_logits, teacher_logits, labels):
        t = self.temperature
        labels = student_logits.argmax(-1)
        soft = F.kl_div(
            F.log_softmax(student_logits / t, -1),
            F.softmax(teacher_logits.detach() / t, -1),
            reduction="batchmean",
        )
        if self.hard is None:
            return soft * t**2
        return (1 - self.hard) * soft * t**2 + self.hard * F.cross_entropy(student_logits, labels)


def hint_loss(student_logits, teacher_logits, labels=None, alpha=0.5):
    soft = -(teacher_logits.detach().softmax(-1) * student_logits.log_softmax(-1)).sum(-1).mean()
    if labels is None:
        return soft
    return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)


@pair(
    correct=hint_loss,
    caught_by="effects",
    story="The two terms were added as they are, and alpha was swept in vain.",
)
def hint_loss_plain_sum(student_logits, teacher_logits, labels=None, alpha=0.5):
    soft = -(teacher_logits.detach().softmax(-1) * student_logits.log_softmax(-1)).sum(-1).mean()
    if labels is None:
        return soft
    return soft + F.cross_entropy(student_logits, labels)


def tversky_of_masks(logits, masks, alpha=0.3, beta=0.7, smooth=1e-5):
    """Tversky loss of masks, (N, H, W)."""
    p = torch.sigmoid(logits).flatten(1)
    t = masks.flatten(1)
    hits = (p * t).sum(1)
    score = (hits + smooth) / (
        hits + alpha * (p * (1 - t)).sum(1) + beta * ((1 - p) * t).sum(1) + smooth
    )
    return (1 - score).mean()


@pair(
    correct=tversky_of_masks,
    caught_by=("effects", "likeness"),
    story="False yes and false no were put into one total of misses, which both settings weigh.",
)
def tversky_of_all_misses(logits, masks, alpha=0.3, beta=0.7, smooth=1e-5):
    """Tversky loss of masks, (N, H, W)."""
    p = torch.sigmoid(logits).flatten(1)
    t = masks.flatten(1)
    hits = (p * t).sum(1)
    misses = (p + t - 2 * p * t).sum(1) / 2
    score = (hits + smooth) / (hits + alpha * misses + beta * misses + smooth)
    return (1 - score).mean()
