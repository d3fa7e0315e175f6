"""Losses of yes or no as people write them for PyTorch, with the contract that they meant."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.probed.table import takes


@takes("logits logit n; target degree n")
def focal_loss(logits, target, gamma=2.0, alpha=0.25):
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    pt = p * target + (1 - p) * (1 - target)
    return (alpha * (1 - pt) ** gamma * ce).mean()


@takes("logits logit n; y degree n")
def bce_half(logits, y):
    return -(y * torch.log(torch.sigmoid(logits))).mean()


@takes("risk real n; time positive n; event degree n")
def cox(risk, time, event):
    o = torch.argsort(time, descending=True)
    r = risk[o]
    ev = event[o]
    return -((r - torch.logcumsumexp(r, 0)) * ev).sum() / ev.sum()


@takes("output logit n,k; target degree n,k")
def multilabel_bce(output, target):
    return F.binary_cross_entropy_with_logits(output, target)


@takes("recon_x probability n,d; x degree n,d; mu real n,t; logvar real n,t")
def vae_loss(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
    return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


@takes("pred logit n; gt degree n")
def f1(pred, gt):
    return torch.mean(F.softplus(-pred) * gt + F.softplus(pred) * (1 - gt))


@takes("logits logit n; targets degree n")
class Asym(nn.Module):
    def __init__(self, gamma_neg=4):
        super().__init__()
        self.g = gamma_neg

    def forward(self, logits, targets):
        p = torch.sigmoid(logits)
        return -(
            targets * torch.log(p.clamp(min=1e-08))
            + (1 - targets) * p**self.g * torch.log((1 - p).clamp(min=1e-08))
        ).sum()


@takes("probs probability n; targets degree n")
def bad_bce(probs, targets):
    return F.binary_cross_entropy_with_logits(probs, targets)


@takes("input logit n; target degree n")
def bce_logits_manual(input, target):  # noqa: A002
    max_val = (-input).clamp(min=0)
    return (
        input - input * target + max_val + ((-max_val).exp() + (-input - max_val).exp()).log()
    ).mean()


@takes("pred probability n; target degree n")
def bce_missing(pred, target):
    return -(target * torch.log(pred + 1e-08)).mean()


@takes("output probability n; target degree n")
def weighted_bce(output, target, w_pos=2.0):
    output = torch.clamp(output, min=1e-07, max=1 - 1e-07)
    return torch.mean(-w_pos * target * torch.log(output) - (1 - target) * torch.log(1 - output))


@takes("inputs logit n; targets degree n")
class FocalLoss(torch.nn.Module):
    def __init__(self, alpha=1, gamma=2, reduction="mean"):
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma
        self.reduction = reduction

    def forward(self, inputs, targets):
        b = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        pt = torch.exp(-b)
        f = self.alpha * (1 - pt) ** self.gamma * b
        return f.mean() if self.reduction == "mean" else f.sum() if self.reduction == "sum" else f


@takes("inputs probability n,1,h,w; targets degree n,1,h,w")
class IoULoss(torch.nn.Module):
    def forward(self, inputs, targets, smooth=1):
        """inputs: probabilities (N, 1, H, W)"""
        i = inputs.view(-1)
        t = targets.view(-1)
        inter = (i * t).sum()
        total = (i + t).sum()
        return 1 - (inter + smooth) / (total - inter + smooth)


@takes("inputs logit n,1,h,w; targets degree n,1,h,w")
class DiceLoss(torch.nn.Module):
    def __init__(self, weight=None, size_average=True):
        super().__init__()

    def forward(self, inputs, targets, smooth=1):
        inputs = torch.sigmoid(inputs)
        inputs = inputs.view(-1)
        targets = targets.view(-1)
        inter = (inputs * targets).sum()
        return 1 - (2.0 * inter + smooth) / (inputs.sum() + targets.sum() + smooth)


@takes("log_h real n; durations positive n; events degree n")
def cox_ph_loss(log_h, durations, events):
    i = durations.sort(descending=True)[1]
    events = events[i]
    log_h = log_h[i]
    g = log_h.max()
    lc = log_h.sub(g).exp().cumsum(0).log().add(g)
    return -log_h.sub(lc).mul(events).sum().div(events.sum())


@takes("pred logit n,1; target degree n,1")
def col_bce(pred, target):
    """pred, target: (N, 1)"""
    assert pred.shape[1] == 1
    return F.binary_cross_entropy_with_logits(pred, target)


@takes("output1 real n,d; output2 real n,d; label degree n")
class ContrastiveLoss(torch.nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, output1, output2, label):
        d = F.pairwise_distance(output1, output2)
        return torch.mean((1 - label) * d**2 + label * torch.clamp(self.margin - d, min=0) ** 2)


@takes("logits logit n; labels degree n")
def sigmoid_ce(logits, labels, pos_weight=None):
    return F.binary_cross_entropy_with_logits(logits, labels)
