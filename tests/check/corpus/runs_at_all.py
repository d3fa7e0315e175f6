"""Losses whose code trips over itself, in a branch that nobody ran."""

import torch
import torch.nn.functional as F  # noqa: N812 - as everybody writes it
from torch import nn

from tests.check.corpus.pair import pair


class SmoothedCrossEntropy(nn.Module):
    def __init__(self, smoothing=None):
        super().__init__()
        self.smoothing = smoothing

    def forward(self, logits, labels):
        share = 0.0 if self.smoothing is None else self.smoothing
        return F.cross_entropy(logits, labels, label_smoothing=share)


@pair(
    correct=SmoothedCrossEntropy,
    caught_by="runs",
    story="A default of None is calculated with: it raises for whoever leaves it out.",
)
class SmoothedCrossEntropyOfNothing(SmoothedCrossEntropy):
    def forward(self, logits, labels):
        each = F.cross_entropy(logits, labels, reduction="none")
        uniform = -F.log_softmax(logits, dim=1).mean(1)
        return ((1 - self.smoothing) * each + self.smoothing * uniform).mean()


def weighted_absolute_error(prediction, target, weight=None):
    error = torch.abs(prediction - target)
    return error.mean() if weight is None else (weight * error).sum() / weight.sum()


@pair(
    correct=weighted_absolute_error,
    caught_by="runs",
    story="A name was changed in one branch and not in the other, which nobody called.",
)
def weighted_absolute_error_renamed(prediction, target, weight=None):
    error = torch.abs(prediction - target)
    return error.mean() if weight is None else (weight * errors).sum() / weight.sum()  # noqa: F821
