"""Losses that draw random numbers: right ones, and ones with another bug underneath."""

import numpy as np
import torch

from tests.check.corpus.pair import pair


def squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


@pair(
    correct=squared_error,
    caught_by="determinism",
    story="Noise against overfitting, in the loss: its curve can no longer be read.",
)
def squared_error_with_jitter(y_true, y_pred):
    return np.mean((y_true - y_pred + np.random.normal(0, 0.01, y_pred.shape)) ** 2)  # noqa: NPY002


class _Noisy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prediction, target):
        noisy = target + 0.1 * torch.randn_like(target)
        ctx.save_for_backward(prediction, noisy)
        return ((prediction - noisy) ** 2).mean()

    @staticmethod
    def backward(ctx, upstream):
        prediction, noisy = ctx.saved_tensors
        return upstream * 2 * (prediction - noisy) / prediction.numel(), None


class _NoisyUnscaled(_Noisy):
    @staticmethod
    def backward(ctx, upstream):
        prediction, noisy = ctx.saved_tensors
        return 2 * (prediction - noisy) / prediction.numel(), None


def noisy_squared_error(prediction, target):
    return _Noisy.apply(prediction, target)


@pair(
    correct=squared_error,
    caught_by="upstream",
    story="A gradient that forgets what comes from above, under the noise of a loss that draws.",
)
def noisy_squared_error_alone(prediction, target):
    return _NoisyUnscaled.apply(prediction, target)
