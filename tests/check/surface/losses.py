"""Losses of a user, one sound and three not, in a file as it would lie in a project."""

import torch

import lossary


class _Turned(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prediction, target):
        ctx.save_for_backward(prediction, target)
        return ((prediction - target) ** 2).mean()

    @staticmethod
    def backward(ctx, upstream):
        prediction, target = ctx.saved_tensors
        return upstream * 2 * (target - prediction) / prediction.numel(), None


def turned_loss(prediction, target):
    return _Turned.apply(prediction, target)


def _error(prediction, target):
    return prediction - target


def squared_loss(prediction, target):
    return (_error(prediction, target) ** 2).mean()


class PowerLoss(torch.nn.Module):
    def __init__(self, power=2.0):
        super().__init__()
        self.power = power

    def forward(self, prediction, target):
        return ((prediction - target).abs() ** self.power).mean()


def loss_without_default(prediction, target, unheard_of):
    return unheard_of["scale"] * (prediction - target).pow(2).mean()


@lossary.contract(prediction="real", target="real", shapes="n, n")
def brier(prediction, target):
    return ((prediction - target) ** 2).mean()


def training_step(batch):
    return batch
