"""Code samples as tutorials give them, each with what it should have been."""

import numpy as np
import torch
from torch import nn

from tests.check.corpus.pair import pair


def ce(y, y_hat):
    y_hat = np.clip(y_hat, 1e-7, 1 - 1e-7)
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


@pair(correct=ce, caught_by="both_outcomes", story="A tutorial's sample: no term for target 0.")
def ce_of_a_tutorial(y, y_hat):
    return -np.mean(y * np.log(y_hat + 1e-15))


def binary_cross_entropy_np(y_true, y_pred, eps=1e-7):
    y_pred = np.clip(y_pred, eps, 1 - eps)
    return -(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred)).mean()


@pair(correct=binary_cross_entropy_np, caught_by="both_outcomes", story="As above, with a clip.")
def binary_cross_entropy_half(y_true, y_pred, eps=1e-7):
    y_pred = np.clip(y_pred, eps, 1 - eps)
    return -(y_true * np.log(y_pred)).mean()


class DigitLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, logits, labels):
        return self.criterion(logits, labels)


@pair(
    correct=DigitLoss,
    caught_by="prediction_domain",
    story="A tutorial's sample: a Softmax layer, then CrossEntropyLoss; the floor is 1.46.",
)
class DigitLossAfterSoftmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax(dim=1)
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, logits, labels):
        return self.criterion(self.softmax(logits), labels)


class _Squared(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prediction, target):
        ctx.save_for_backward(prediction, target)
        return ((prediction - target) ** 2).mean()

    @staticmethod
    def backward(ctx, upstream):
        prediction, target = ctx.saved_tensors
        return upstream * 2 * (prediction - target) / prediction.numel(), None


class _Climbing(_Squared):
    @staticmethod
    def backward(ctx, upstream):
        prediction, target = ctx.saved_tensors
        return upstream * 2 * (target - prediction) / prediction.numel(), None


def squared_error_by_hand(prediction, target):
    return _Squared.apply(prediction, target)


@pair(
    correct=squared_error_by_hand,
    caught_by=("convergence", "gradient"),
    story="A tutorial's sample: X.T @ (y - y_hat) as the gradient, subtracted: it climbs.",
)
def squared_error_that_climbs(prediction, target):
    return _Climbing.apply(prediction, target)
