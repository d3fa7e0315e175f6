"""Losses whose reductions, denominators or backward passes do not keep their word."""

import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from tests.check.corpus.pair import pair


class Charbonnier(nn.Module):
    def __init__(self, epsilon=1e-3, reduction="mean"):
        super().__init__()
        self.epsilon = epsilon
        self.reduction = reduction

    def forward(self, pred, target):
        loss = torch.sqrt((pred - target) ** 2 + self.epsilon**2)
        if self.reduction == "none":
            return loss
        return loss.sum() if self.reduction == "sum" else loss.mean()


@pair(correct=Charbonnier, caught_by="reductions", story="sum falls through to mean.", warned=True)
class CharbonnierSumIsMean(nn.Module):
    def __init__(self, epsilon=1e-3, reduction="mean"):
        super().__init__()
        self.epsilon = epsilon
        self.reduction = reduction

    def forward(self, pred, target):
        loss = torch.sqrt((pred - target) ** 2 + self.epsilon**2)
        if self.reduction == "none":
            return loss
        return loss.mean()


@pair(
    correct=Charbonnier,
    caught_by="reductions",
    story="keras#13329: an entry is averaged before it can be asked for.",
)
class CharbonnierNoneIsMean(nn.Module):
    """Smooth absolute error. reduction: 'none', 'mean' or 'sum'."""

    def __init__(self, epsilon=1e-3, reduction="mean"):
        super().__init__()
        self.epsilon = epsilon
        self.reduction = reduction

    def forward(self, pred, target):
        loss = torch.sqrt((pred - target) ** 2 + self.epsilon**2).mean()
        return loss * pred.numel() if self.reduction == "sum" else loss


def multilabel_loss(logits, targets, reduction="mean"):
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(dim=-1)
    if reduction == "mean":
        return loss.sum() / loss.shape[0]
    return loss.sum() if reduction == "sum" else loss


@pair(
    correct=multilabel_loss,
    caught_by="reductions",
    story="LD#74: divided by the number of classes where the number of rows was meant.",
    shapes="n k, n k",
    prediction="logit",
    target="degree",
)
def multilabel_loss_per_class(logits, targets, reduction="mean"):
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(dim=-1)
    if reduction == "mean":
        return loss.sum() / logits.shape[1]
    return loss.sum() if reduction == "sum" else loss


def quantile_loss(pred, target, tau=0.7, reduction="mean"):
    error = target - pred
    loss = torch.maximum(tau * error, (tau - 1) * error)
    return {"none": lambda x: x, "sum": torch.sum, "mean": torch.mean}[reduction](loss)


@pair(
    correct=quantile_loss,
    caught_by="reductions",
    story="A mean that is divided once more.",
)
def quantile_loss_divided_twice(pred, target, tau=0.7, reduction="mean"):
    error = target - pred
    loss = torch.maximum(tau * error, (tau - 1) * error)
    if reduction == "mean":
        return loss.mean() / len(pred)
    return loss.sum() if reduction == "sum" else loss


def elbo(reconstruction, x, mu, log_var):
    squares = ((reconstruction - x) ** 2).sum(dim=1).mean()
    divergence = -0.5 * (1 + log_var - mu**2 - log_var.exp()).sum(dim=1).mean()
    return squares + divergence


@pair(
    correct=elbo,
    caught_by="batch_scale",
    story="One term is a mean over the batch and the other a sum: their balance is the batch size.",
    shapes="n d, n d, n d, n d",
    order="prediction, target, prediction, prediction",
)
def elbo_of_two_scales(reconstruction, x, mu, log_var):
    squares = ((reconstruction - x) ** 2).sum(dim=1).mean()
    divergence = -0.5 * (1 + log_var - mu**2 - log_var.exp()).sum()
    return squares + divergence


def kl_to_normal(mu, log_var):
    return -0.5 * torch.mean(torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1))


@pair(
    correct=kl_to_normal,
    caught_by="reductions",
    story="Summed over axis 0 and averaged over the features: the axes are exchanged.",
    shapes="n d, n d",
    order="prediction, prediction",
    prediction="real",
    warned=True,
)
def kl_to_normal_axes_exchanged(mu, log_var):
    return -0.5 * torch.mean(torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=0))


def log_cosh(pred, target):
    error = np.abs(pred - target)
    return np.mean(error + np.log1p(np.exp(-2 * error)) - np.log(2.0))


@pair(correct=log_cosh, caught_by="batch_scale", story="np.mean of what is divided by n already.")
def log_cosh_averaged_twice(pred, target):
    error = np.abs(pred - target)
    return np.mean((error + np.log1p(np.exp(-2 * error)) - np.log(2.0)) / len(error))


def language_model_loss(logits, labels, num_items_in_batch=None):
    loss = F.cross_entropy(logits, labels, reduction="sum")
    return loss / (num_items_in_batch if num_items_in_batch is not None else labels.numel())


@pair(
    correct=language_model_loss,
    caught_by="accumulation",
    story="transformers#35651: handed the number of items, it divides by its own all the same.",
)
def language_model_loss_of_means(logits, labels, num_items_in_batch=None):
    return F.cross_entropy(logits, labels)


@pair(
    correct=language_model_loss,
    caught_by="accumulation",
    story="transformers#35438: the mean is taken first, and divided by the number of items after.",
)
def language_model_loss_divided_twice(logits, labels, num_items_in_batch=None):
    loss = F.cross_entropy(logits, labels)
    return loss if num_items_in_batch is None else loss / num_items_in_batch


def poisson_deviance(pred, target, reduction="sum"):
    loss = pred - target + jnp.where(target > 0, target * jnp.log(target / pred), 0.0)
    return jnp.sum(loss) if reduction == "sum" else jnp.mean(loss)


@pair(
    correct=poisson_deviance,
    caught_by=("accumulation", "broadcasting"),
    story="A sum that is rescaled by the batch's own mean does not add up.",
    prediction="positive",
    target="positive",
)
def poisson_deviance_rescaled(pred, target, reduction="sum"):
    pred = pred * jnp.mean(target) / jnp.mean(pred)
    loss = pred - target + jnp.where(target > 0, target * jnp.log(target / pred), 0.0)
    return jnp.sum(loss) if reduction == "sum" else jnp.mean(loss)


class _Squares(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        ctx.save_for_backward(pred, target)
        return (pred - target) ** 2

    @staticmethod
    def backward(ctx, grad_output):
        pred, target = ctx.saved_tensors
        return grad_output * 2 * (pred - target), None


class _FirstOnly(_Squares):
    @staticmethod
    def backward(ctx, grad_output):
        pred, target = ctx.saved_tensors
        return grad_output.flatten()[0] * 2 * (pred - target), None


class _Forgetful(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        ctx.save_for_backward(pred, target)
        return ((pred - target) ** 2).mean()

    @staticmethod
    def backward(ctx, grad_output):
        pred, target = ctx.saved_tensors
        return 2 * (pred - target) / pred.numel(), None


class _Mindful(_Forgetful):
    @staticmethod
    def backward(ctx, grad_output):
        pred, target = ctx.saved_tensors
        return grad_output * 2 * (pred - target) / pred.numel(), None


def fused_squares(pred, target, reduction="mean"):
    loss = _Squares.apply(pred, target)
    return loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()


@pair(
    correct=fused_squares,
    caught_by="upstream",
    story="Liger-Kernel#1298: every gradient is multiplied with grad_output[0].",
)
def fused_squares_first_only(pred, target, reduction="mean"):
    loss = _FirstOnly.apply(pred, target)
    return loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()


def fused_mean_squares(pred, target):
    return _Mindful.apply(pred, target)


@pair(
    correct=fused_mean_squares,
    caught_by="upstream",
    story="pytorch#94226: a backward pass that ignores grad_output; 0.1 * loss trains as loss.",
)
def fused_mean_squares_forgetful(pred, target):
    return _Forgetful.apply(pred, target)


def mse(pred, target):
    return ((pred - target) ** 2).mean()


@pair(
    correct=mse,
    caught_by="reductions",
    story="focal-loss-keras#5: a sum grows with the batch, under a name that says mean.",
)
def mse_summed_over_batch(pred, target):
    return ((pred - target) ** 2).sum()


mse_summed_over_batch.__name__ = "mse"


class SmoothAbsolute(nn.Module):
    def __init__(self, beta=1.0, reduction="mean"):
        super().__init__()
        self.beta = beta
        self.reduction = reduction

    def forward(self, pred, target):
        error = (pred - target).abs()
        loss = torch.where(error < self.beta, 0.5 * error**2 / self.beta, error - 0.5 * self.beta)
        if self.reduction == "mean":
            return loss.mean()
        return loss.sum() if self.reduction == "sum" else loss


@pair(
    correct=SmoothAbsolute,
    caught_by="reductions",
    story="A sum that was made from the mean: right for one number a row, wrong for several.",
)
class SmoothAbsoluteSumOfMeans(nn.Module):
    def __init__(self, beta=1.0, reduction="mean"):
        super().__init__()
        self.beta = beta
        self.reduction = reduction

    def forward(self, pred, target):
        error = (pred - target).abs()
        loss = torch.where(error < self.beta, 0.5 * error**2 / self.beta, error - 0.5 * self.beta)
        if self.reduction == "mean":
            return loss.mean()
        return loss.mean() * len(pred) if self.reduction == "sum" else loss
