"""Losses of classes as people write them for PyTorch, with the contract that they meant."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.probed.table import takes


@takes("logits scores n,k; labels labels n")
def ce(logits, labels):
    return F.cross_entropy(logits, labels)


@takes("pred scores n,k; target labels n")
def double_softmax(pred, target):
    return F.cross_entropy(F.softmax(pred, dim=1), target)


@takes("logits scores n,k; target labels n")
def ce_dim0(logits, target):
    return F.nll_loss(F.log_softmax(logits, dim=0), target)


@takes("probs distribution n,k; labels labels n")
def nll_probs(probs, labels):
    return -torch.log(probs[torch.arange(len(labels)), labels] + 1e-08).mean()


@takes("inputs scores n,k; targets labels n")
def focal_multi(inputs, targets, gamma=2.0):
    ce = F.cross_entropy(inputs, targets, reduction="none")
    pt = torch.exp(-ce)
    return ((1 - pt) ** gamma * ce).mean()


@takes("logits scores n,k,h,w; target labels n,h,w")
def multiclass_dice(logits, target, eps=1e-06):
    _b, c, _h, _w = logits.shape
    p = logits.softmax(1)
    t = F.one_hot(target, c).permute(0, 3, 1, 2)
    inter = (p * t).sum((2, 3))
    return 1 - ((2 * inter + eps) / (p.sum((2, 3)) + t.sum((2, 3)) + eps)).mean()


@takes("student_logits scores n,k; teacher_logits scores n,k")
def kd(student_logits, teacher_logits, T=4.0):  # noqa: N803
    return (
        F.kl_div(
            F.log_softmax(student_logits / T, 1),
            F.softmax(teacher_logits / T, 1),
            reduction="batchmean",
        )
        * T
        * T
    )


@takes("student_logits scores n,k; teacher_logits scores n,k; labels labels n")
def distillation_loss(student_logits, teacher_logits, labels, T=2.0, alpha=0.5):  # noqa: N803
    return alpha * F.cross_entropy(student_logits, labels) + (1 - alpha) * T * T * F.kl_div(
        F.log_softmax(student_logits / T, 1),
        F.softmax(teacher_logits / T, 1),
        reduction="batchmean",
    )


@takes("logits scores n,t,k; targets labels n,t")
def lm_loss(logits, targets):
    B, L, V = logits.shape
    return F.cross_entropy(logits.view(B * L, V), targets.view(-1), ignore_index=-100)


@takes("log_q log_probability n,k; p distribution n,k")
def kl_loss(log_q, p):
    return (p * (torch.log(p + 1e-09) - log_q)).sum(1).mean()


@takes("pos_scores real n; neg_scores real n")
def bpr(pos_scores, neg_scores):
    return -F.logsigmoid(pos_scores - neg_scores).mean()


@takes("logits scores n,k")
def entropy_loss(logits):
    p = F.softmax(logits, dim=-1)
    return -(p * torch.log(p)).sum(-1).mean()


@takes("features real n,d; labels labels n")
def supcon(features, labels, temperature=0.1):
    f = F.normalize(features, dim=1)
    s = f @ f.T / temperature
    m = (labels[:, None] == labels[None]).float()
    m.fill_diagonal_(0)
    e = torch.exp(s) * (1 - torch.eye(len(f)))
    lp = s - torch.log(e.sum(1, keepdim=True))
    return -((m * lp).sum(1) / m.sum(1).clamp(min=1)).mean()


@takes("scores scores n,k; relevance nonnegative n,k")
def listnet(scores, relevance):
    return -(F.softmax(relevance, -1) * F.log_softmax(scores, -1)).sum(-1).mean()


@takes("outputs scores n,k; labels labels n")
class LabelSmoothing(nn.Module):
    def __init__(self, classes=7, smoothing=0.1):
        super().__init__()
        self.c = classes
        self.s = smoothing

    def forward(self, outputs, labels):
        lp = F.log_softmax(outputs, dim=-1)
        t = torch.full_like(lp, self.s / (self.c - 1))
        t.scatter_(1, labels.unsqueeze(1), 1 - self.s)
        return torch.mean(torch.sum(-t * lp, dim=-1))


@takes("out scores n,k; lab labels n")
def criterion(out, lab):
    return F.nll_loss(F.log_softmax(out, -1), lab)


@takes("logits scores n,k; y labels n")
def softmax_twice(logits, y):
    p = torch.softmax(logits, dim=1)
    return F.cross_entropy(p, y)


@takes("y_pred scores n,k; y labels n")
def nll_no_log(y_pred, y):
    return F.nll_loss(torch.softmax(y_pred, 1), y)


@takes("logits scores n,k; targets labels n; mask mask n")
def masked_ce(logits, targets, mask):
    rows = F.cross_entropy(logits, targets, reduction="none")
    return (rows * mask).sum() / mask.sum()


@takes("logits scores n,t,k; targets labels n,t; mask mask n,t")
def seq_ce(logits, targets, mask):
    lp = F.log_softmax(logits, dim=-1)
    nll = -lp.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return (nll * mask).sum() / mask.sum()


@takes("p distribution n,k; y labels n")
def gce(p, y, q=0.7):
    return ((1 - p[torch.arange(len(y)), y] ** q) / q).mean()


@takes("student scores n,k; teacher scores n,k")
def distill(student, teacher, T=2.0):  # noqa: N803
    return F.kl_div(
        F.log_softmax(student / T, -1), F.softmax(teacher / T, -1), reduction="batchmean"
    )


@takes("x real n,d; labels labels n")
class CenterLoss(torch.nn.Module):
    def __init__(self, num_classes=10, feat_dim=8):
        super().__init__()
        self.centers = torch.nn.Parameter(torch.randn(num_classes, feat_dim))

    def forward(self, x, labels):
        return ((x - self.centers[labels]) ** 2).sum(1).mean()


@takes("logits scores n,k; target labels n")
class WeightedCE(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("w", torch.tensor([1.0, 2.0, 3.0]))

    def forward(self, logits, target):
        return F.cross_entropy(logits, target, weight=self.w)


@takes("y_hat scores n,k; y labels n")
def poly1(y_hat, y, eps=1.0):
    ce = F.cross_entropy(y_hat, y, reduction="none")
    pt = F.softmax(y_hat, 1).gather(1, y[:, None]).squeeze(1)
    return (ce + eps * (1 - pt)).mean()


@takes("pred scores n,k,h,w; mask labels n,h,w")
def seg_ce(pred, mask):
    return F.cross_entropy(pred, mask)
