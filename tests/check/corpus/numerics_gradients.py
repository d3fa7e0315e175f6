"""Losses whose value is right and whose gradient is not: written by hand, or NaN at the target."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch import nn

from tests.check.corpus.pair import pair


class _SmoothL1(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        diff = pred - target
        ctx.save_for_backward(diff)
        return torch.where(diff.abs() < 1, 0.5 * diff**2, diff.abs() - 0.5).mean()

    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        return grad_output * diff.clamp(-1, 1) / diff.numel(), None


class _SmoothL1OfSum(_SmoothL1):
    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        return grad_output * diff.clamp(-1, 1), None


def fused_smooth_l1(pred, target):
    return _SmoothL1.apply(pred, target)


@pair(
    correct=fused_smooth_l1,
    caught_by="gradient",
    story="A kernel's backward forgets the mean: the step grows with the batch.",
)
def fused_smooth_l1_of_sum(pred, target):
    return _SmoothL1OfSum.apply(pred, target)


class _Pinball(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        diff = target - pred
        ctx.save_for_backward(diff)
        return torch.maximum(0.9 * diff, -0.1 * diff).mean()

    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        slope = torch.where(diff > 0, -0.9, 0.1).to(diff)
        return grad_output * slope / diff.numel(), None


class _PinballOneSided(_Pinball):
    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        slope = torch.where(diff > 0, -0.9, 0.9).to(diff)
        return grad_output * slope / diff.numel(), None


def pinball_loss(pred, target):
    return _Pinball.apply(pred, target)


@pair(
    correct=pinball_loss,
    caught_by="gradient",
    story="One branch of a hand-written backward has the other's slope: the median is learnt.",
)
def pinball_loss_one_sided(pred, target):
    return _PinballOneSided.apply(pred, target)


def half_mse(y_true, y_pred):
    return 0.5 * np.mean((y_pred - y_true) ** 2)


def half_mse_gradient(y_true, y_pred):
    return (y_pred - y_true) / y_pred.size


@pair(
    correct=half_mse,
    caught_by="gradient",
    story="The half of the square was left out of the value, and kept in the gradient.",
    gradient=half_mse_gradient,
)
def mse_without_half(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2)


@jax.custom_vjp
def _squares(pred, target):
    return jnp.mean((pred - target) ** 2)


def _squares_forward(pred, target):
    return _squares(pred, target), (pred, target)


def _squares_backward(kept, upstream):
    pred, target = kept
    slope = 2 * (pred - target) / pred.size * upstream
    return slope, -slope


_squares.defvjp(_squares_forward, _squares_backward)


@jax.custom_vjp
def _squares_turned(pred, target):
    return jnp.mean((pred - target) ** 2)


def _turned_forward(pred, target):
    return _squares_turned(pred, target), (pred, target)


def _turned_backward(kept, upstream):
    pred, target = kept
    slope = 2 * (target - pred) / pred.size * upstream
    return slope, -slope


_squares_turned.defvjp(_turned_forward, _turned_backward)


def jax_mse(pred, target):
    return _squares(pred, target)


@pair(
    correct=jax_mse,
    caught_by="gradient",
    story="A custom_vjp has target - prediction: the model climbs.",
)
def jax_mse_turned(pred, target):
    return _squares_turned(pred, target)


class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, diff):
        ctx.save_for_backward(diff)
        return torch.tanh(diff)

    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        return grad_output * (1 - torch.tanh(diff) ** 2)


class _TanhWithoutSquare(_Tanh):
    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        return grad_output * (1 - torch.tanh(diff))


class _LogCosh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, diff):
        ctx.save_for_backward(diff)
        size = diff.abs()
        return size + torch.log1p(torch.exp(-2 * size)) - np.log(2.0)

    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        return grad_output * _Tanh.apply(diff)


class _LogCoshBent(_LogCosh):
    @staticmethod
    def backward(ctx, grad_output):
        (diff,) = ctx.saved_tensors
        return grad_output * _TanhWithoutSquare.apply(diff)


def log_cosh_loss(pred, target):
    return _LogCosh.apply(pred - target).mean()


@pair(
    correct=log_cosh_loss,
    caught_by="curvature",
    story="pytorch#78355: the backward is right, and its own backward lacks a square.",
)
def log_cosh_loss_bent(pred, target):
    return _LogCoshBent.apply(pred - target).mean()


class RMSELoss(nn.Module):
    """Root mean squared error."""

    def __init__(self, eps=1e-8):
        super().__init__()
        self.mse = nn.MSELoss()
        self.eps = eps

    def forward(self, yhat, y):
        return torch.sqrt(self.mse(yhat, y) + self.eps)


@pair(
    correct=RMSELoss,
    caught_by="gradient_at_target",
    story="The root of a perfect fit: the value is 0 and the gradient NaN.",
    warned=True,
)
class RMSELossWithoutEpsilon(nn.Module):
    """Root mean squared error."""

    def __init__(self):
        super().__init__()
        self.mse = nn.MSELoss()

    def forward(self, yhat, y):
        return torch.sqrt(self.mse(yhat, y))


def endpoint_error(pred, target):
    """Mean distance between points, (N, 2) each."""
    return torch.linalg.vector_norm(pred - target, dim=-1).mean()


@pair(
    correct=endpoint_error,
    caught_by="gradient_at_target",
    story="An average distance by hand: one point that is hit makes the whole gradient NaN.",
    shapes="n d, n d",
)
def endpoint_error_by_hand(pred, target):
    """Mean distance between points, (N, 2) each."""
    return ((pred - target) ** 2).sum(-1).sqrt().mean()


def jax_distance(pred, target):
    """Mean distance between points, (N, D) each."""
    squares = jnp.sum((pred - target) ** 2, axis=-1)
    apart = squares > 0
    return jnp.mean(jnp.where(apart, jnp.sqrt(jnp.where(apart, squares, 1.0)), 0.0))


@pair(
    correct=jax_distance,
    caught_by="gradient_at_target",
    story="jax#6484: the slope of jnp.linalg.norm at zero is NaN.",
    shapes="n d, n d",
)
def jax_distance_of_norm(pred, target):
    """Mean distance between points, (N, D) each."""
    return jnp.mean(jnp.linalg.norm(pred - target, axis=-1))


def weighted_squares(pred, target):
    """Squares, larger errors count more."""
    error = pred - target
    return (error**2 * (1 + error.abs())).mean()


@pair(
    correct=weighted_squares,
    caught_by="gradient",
    story="An array that the backward pass needs is written over: it raises.",
)
def weighted_squares_in_place(pred, target):
    """Squares, larger errors count more."""
    error = pred - target
    squares = error**2
    error.abs_().add_(1)
    return (squares * error).mean()
