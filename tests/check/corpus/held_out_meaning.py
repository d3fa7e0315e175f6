"""Losses of embeddings, students, regions and tasks that teach the opposite, or leave a trail."""

import jax
import jax.numpy as jnp
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


def _redundancy(centred):
    covariance = centred.T @ centred / (len(centred) - 1)
    off = covariance - torch.diag(torch.diagonal(covariance))
    return off.pow(2).sum() / centred.shape[1]


class VICRegLoss(nn.Module):
    def __init__(self, invariance=25.0, variance=25.0, covariance=1.0):
        super().__init__()
        self.invariance, self.variance, self.covariance = invariance, variance, covariance

    def forward(self, x, y):
        loss = self.invariance * F.mse_loss(x, y)
        for view in (x, y):
            centred = view - view.mean(dim=0)
            spread = torch.sqrt(centred.var(dim=0) + 1e-4)
            loss = loss + self.variance * F.relu(1 - spread).mean() / 2
            loss = loss + self.covariance * _redundancy(centred)
        return loss


@pair(
    correct=VICRegLoss,
    caught_by="collapse",
    story="The hinge of the standard deviation stands the wrong way round, and punishes spread.",
)
class VICRegLossCollapsing(VICRegLoss):
    def forward(self, x, y):
        loss = self.invariance * F.mse_loss(x, y)
        for view in (x, y):
            centred = view - view.mean(dim=0)
            spread = torch.sqrt(centred.var(dim=0) + 1e-4)
            loss = loss + self.variance * F.relu(spread - 1).mean() / 2
            loss = loss + self.covariance * _redundancy(centred)
        return loss


def variance_hinge(embeddings, margin=0.5):
    spread = embeddings.std(dim=0, unbiased=False)
    return torch.clamp(margin - spread, min=0).mean()


@pair(
    correct=variance_hinge,
    caught_by="reaches",
    story="A hinge wakes up where the spread is small; a column that is sliced off never does.",
    warned=True,
)
def variance_hinge_but_a_column(embeddings, margin=0.5):
    spread = embeddings[:, :-1].std(dim=0, unbiased=False)
    return torch.clamp(margin - spread, min=0).mean()


def _correlation(one, other, dim):
    one = one - one.mean(dim, keepdim=True)
    other = other - other.mean(dim, keepdim=True)
    return F.cosine_similarity(one, other, dim=dim)


def relation_distillation(student_scores, teacher_scores):
    student, teacher = student_scores.softmax(-1), teacher_scores.detach().softmax(-1)
    of_classes = 1 - _correlation(student, teacher, 1).mean()
    return of_classes + 1 - _correlation(student, teacher, 0).mean()


@pair(
    correct=relation_distillation,
    caught_by="imitation",
    story="Of two correlations one is added where one minus it is meant.",
)
def relation_distillation_half_turned(student_scores, teacher_scores):
    student, teacher = student_scores.softmax(-1), teacher_scores.detach().softmax(-1)
    of_classes = 1 - _correlation(student, teacher, 1).mean()
    return of_classes + _correlation(student, teacher, 0).mean()


def _unit(features):
    return features / jnp.sqrt(jnp.sum(features**2, axis=-1, keepdims=True) + 1e-12)


def hint_loss(student_features, teacher_features):
    one, other = _unit(student_features), _unit(jax.lax.stop_gradient(teacher_features))
    return jnp.mean(1 - jnp.sum(one * other, axis=-1))


@pair(
    correct=hint_loss,
    caught_by="imitation",
    story="The similarity of student and teacher is minimised.",
)
def hint_loss_turned(student_features, teacher_features):
    one, other = _unit(student_features), _unit(jax.lax.stop_gradient(teacher_features))
    return jnp.mean(jnp.sum(one * other, axis=-1))


def dice_loss(logits, mask, smooth=1.0):
    share, mask = logits.sigmoid().flatten(1), mask.float().flatten(1)
    overlap = (share * mask).sum(1)
    return (1 - (2 * overlap + smooth) / (share.sum(1) + mask.sum(1) + smooth)).mean()


@pair(
    correct=dice_loss,
    caught_by="empty_mask",
    story="Masks of nothing but zeros are multiplied by zero: false alarms there cost nothing.",
    warned=True,
)
def dice_loss_of_some_images(logits, mask, smooth=1.0):
    share, mask = logits.sigmoid().flatten(1), mask.float().flatten(1)
    overlap = (share * mask).sum(1)
    loss = 1 - (2 * overlap + smooth) / (share.sum(1) + mask.sum(1) + smooth)
    return (loss * mask.any(1)).mean()


class LoggedL1(nn.Module):
    def __init__(self):
        super().__init__()
        self.log = {"l1": []}

    def forward(self, output, target):
        loss = F.l1_loss(output, target)
        self.log["l1"].append(loss.item())
        return loss


@pair(
    correct=LoggedL1,
    caught_by="hidden_state",
    story="Values are put aside for a plot as tensors, each with the graph of its step.",
)
class LoggedL1WithGraphs(LoggedL1):
    def forward(self, output, target):
        loss = F.l1_loss(output, target)
        self.log["l1"].append(loss)
        return loss


class RunningMean(nn.Module):
    def __init__(self):
        super().__init__()
        self.total, self.calls = 0.0, 0

    def forward(self, output, target):
        loss = F.mse_loss(output, target)
        self.total, self.calls = self.total + loss.detach(), self.calls + 1
        return loss


@pair(
    correct=RunningMean,
    caught_by="hidden_state",
    story="The total for the progress bar is a tensor that hangs on all steps so far.",
)
class RunningMeanOfGraphs(RunningMean):
    def forward(self, output, target):
        loss = F.mse_loss(output, target)
        self.total, self.calls = self.total + loss, self.calls + 1
        return loss


class TwoTasks(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_var_class = nn.Parameter(torch.zeros(()))
        self.log_var_box = nn.Parameter(torch.zeros(()))

    def forward(self, class_loss, box_loss):
        first = torch.exp(-self.log_var_class) * class_loss + self.log_var_class
        second = torch.exp(-self.log_var_box) * box_loss + self.log_var_box
        return first + second


@pair(
    correct=TwoTasks,
    caught_by="open_end",
    story="Kendall's weights with a lost plus: being unsure of a task is rewarded without end.",
)
class TwoTasksUnsure(TwoTasks):
    def forward(self, class_loss, box_loss):
        first = torch.exp(-self.log_var_class) * class_loss + self.log_var_class
        second = torch.exp(-self.log_var_box) * box_loss - self.log_var_box
        return first + second


class LearntWidth(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_sigma = nn.Parameter(torch.zeros(1))

    def forward(self, pred, target):
        error = (pred - target) / self.log_sigma.exp()
        return (0.5 * error**2 + self.log_sigma).mean()


@pair(
    correct=LearntWidth,
    caught_by="open_end",
    story="One width for all rows, whose logarithm is subtracted.",
)
class LearntWidthEndless(LearntWidth):
    def forward(self, pred, target):
        error = (pred - target) / self.log_sigma.exp()
        return (0.5 * error**2 - self.log_sigma).mean()
