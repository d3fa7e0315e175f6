"""Losses of an error, or of a predicted distribution, that are off by a branch or a factor."""

import math

import numpy as np
import torch

from tests.check.corpus.pair import pair


def huber_loss(pred, target, delta=1.0):
    error = torch.abs(pred - target)
    near = 0.5 * error**2
    far = delta * (error - 0.5 * delta)
    return torch.where(error <= delta, near, far).mean()


@pair(
    correct=huber_loss,
    caught_by=("likeness", "gradient"),
    story="Beyond delta the half was forgotten: the loss jumps, and far errors cost too little.",
)
def huber_loss_that_jumps(pred, target, delta=1.0):
    error = torch.abs(pred - target)
    near = 0.5 * error**2
    far = delta * (error - delta)
    return torch.where(error <= delta, near, far).mean()


def smooth_l1(pred, target, beta=0.5):
    error = np.abs(pred - target)
    return np.mean(np.where(error < beta, 0.5 * error**2 / beta, error - 0.5 * beta))


@pair(
    correct=smooth_l1,
    caught_by="likeness",
    story="Near zero, the square was not divided by beta: right for beta=1 alone.",
)
def smooth_l1_undivided(pred, target, beta=0.5):
    error = np.abs(pred - target)
    return np.mean(np.where(error < beta, 0.5 * error**2, error - 0.5 * beta))


class HuberRight(torch.nn.Module):
    def __init__(self, delta: float = 1.5):
        super().__init__()
        self.delta = delta

    def forward(self, pred, target):
        size = (pred - target).abs()
        clipped = size.clamp(max=self.delta)
        return (clipped * (size - 0.5 * clipped)).mean()


@pair(
    correct=HuberRight,
    caught_by=("likeness", "effects", "limits"),
    story="The constructor's delta was stored, and the formula has a 1 in its place.",
)
class HuberFixedDelta(torch.nn.Module):
    def __init__(self, delta: float = 1.5):
        super().__init__()
        self.delta = delta

    def forward(self, pred, target):
        size = (pred - target).abs()
        clipped = size.clamp(max=1.0)
        return (clipped * (size - 0.5 * clipped)).mean()


def quantile_loss(y_pred, y_true, q=0.9):
    error = y_true - y_pred
    return torch.max(q * error, (q - 1) * error).mean()


@pair(
    correct=quantile_loss,
    caught_by=("likeness", "quantile_side"),
    story="The error was taken as prediction minus target, so that q=0.9 trains the 0.1-quantile.",
)
def quantile_loss_turned(y_pred, y_true, q=0.9):
    error = y_pred - y_true
    return torch.max(q * error, (q - 1) * error).mean()


def pinball_loss(y_true, y_pred, tau=0.8):
    diff = y_true - y_pred
    return np.mean(np.where(diff >= 0, tau * diff, (tau - 1) * diff))


@pair(
    correct=pinball_loss,
    caught_by=("likeness", "quantile_side", "limits", "infimum"),
    story="Both sides were charged tau: what was meant as a quantile is a rescaled median.",
)
def pinball_loss_alike(y_true, y_pred, tau=0.8):
    diff = y_true - y_pred
    return np.mean(np.where(diff >= 0, tau * diff, -tau * diff))


def rmse_loss(pred, target):
    return torch.sqrt(torch.mean((pred - target) ** 2) + 1e-12)


@pair(
    correct=rmse_loss,
    caught_by="likeness",
    story="The root was taken before the mean, which makes it the mean absolute error.",
)
def rmse_loss_early(pred, target):
    return torch.mean(torch.sqrt((pred - target) ** 2))


def mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


@pair(
    correct=mean_squared_error,
    caught_by=("likeness", "infimum", "cancelling", "reaches"),
    story="The mean was squared instead of the errors, which cancel each other.",
)
def mean_squared_error_late(y_true, y_pred):
    return np.mean(y_true - y_pred) ** 2


def mae_loss(pred, target):
    return torch.abs(pred - target).mean()


@pair(
    correct=mae_loss,
    caught_by=("likeness", "infimum", "cancelling"),
    story="abs stood outside the mean.",
)
def mae_loss_outside(pred, target):
    return torch.abs((pred - target).mean())


def mape_loss(pred, target):
    return (torch.abs(pred - target) / torch.clamp(torch.abs(target), min=1e-6)).mean()


@pair(
    correct=mape_loss,
    caught_by="likeness",
    story="It divides by the prediction: a large forecast makes any error small.",
)
def mape_loss_by_prediction(pred, target):
    return (torch.abs(pred - target) / torch.clamp(torch.abs(pred), min=1e-6)).mean()


def msle(y_pred, y_true):
    return np.mean((np.log1p(y_pred) - np.log1p(y_true)) ** 2)


@pair(
    correct=msle,
    caught_by="likeness",
    story="The logarithm was taken of the squared difference, which compares no orders of size.",
)
def msle_of_difference(y_pred, y_true):
    return np.mean(np.log1p((y_pred - y_true) ** 2))


def log_cosh_loss(pred, target):
    error = pred - target
    return (error.abs() + torch.nn.functional.softplus(-2 * error.abs()) - math.log(2)).mean()


@pair(
    correct=log_cosh_loss,
    caught_by=("likeness", "infimum"),
    story="log 2 was not taken off: a perfect prediction costs 0.69.",
)
def log_cosh_loss_unshifted(pred, target):
    error = pred - target
    return (error.abs() + torch.nn.functional.softplus(-2 * error.abs())).mean()


def tukey_biweight_loss(pred, target, c=4.685):
    ratio = torch.clamp(((pred - target) / c) ** 2, max=1.0)
    return (c**2 / 6 * (1 - (1 - ratio) ** 3)).mean()


@pair(
    correct=tukey_biweight_loss,
    caught_by=("likeness", "infimum", "rising", "convergence"),
    story="neuralforecast's TukeyLoss is largest at no error: 1 minus the cube was forgotten.",
)
def tukey_biweight_loss_inverted(pred, target, c=4.685):
    ratio = torch.clamp(((pred - target) / c) ** 2, max=1.0)
    return ((1 - ratio) ** 3).mean()


def pseudo_huber_loss(pred, target, delta=2.0):
    return (delta**2 * (torch.sqrt(1 + ((pred - target) / delta) ** 2) - 1)).mean()


@pair(
    correct=pseudo_huber_loss,
    caught_by="likeness",
    story="The squared error is divided by delta, not by its square: right for delta=1 alone.",
)
def pseudo_huber_loss_undivided(pred, target, delta=2.0):
    return (delta**2 * (torch.sqrt(1 + (pred - target) ** 2 / delta) - 1)).mean()


def expectile_loss(pred, target, tau=0.7):
    diff = target - pred
    weight = torch.where(diff > 0, tau, 1 - tau)
    return (weight * diff**2).mean()


@pair(
    correct=expectile_loss,
    caught_by=("likeness", "effects"),
    story="The condition holds always: tau weighs both sides alike and only rescales.",
)
def expectile_loss_always(pred, target, tau=0.7):
    diff = target - pred
    weight = torch.where(diff**2 >= 0, tau, 1 - tau)
    return (weight * diff**2).mean()


def gaussian_nll(mean, log_var, target):
    return 0.5 * (log_var + (target - mean) ** 2 * torch.exp(-log_var)).mean()


@pair(
    correct=gaussian_nll,
    caught_by=("likeness", "spread"),
    story="The half of the squared error was lost: the variance that it learns is twice too large.",
)
def gaussian_nll_without_half(mean, log_var, target):
    return (0.5 * log_var + (target - mean) ** 2 * torch.exp(-log_var)).mean()


def gaussian_nll_loss(mu, target, var):
    return 0.5 * (torch.log(var) + (target - mu) ** 2 / var).mean()


@pair(
    correct=gaussian_nll_loss,
    caught_by=("likeness", "spread", "infimum"),
    story="The log-determinant has the wrong sign: an endless variance is best.",
)
def gaussian_nll_loss_minus(mu, target, var):
    return 0.5 * ((target - mu) ** 2 / var - torch.log(var)).mean()


def poisson_nll_loss(log_rate, target):
    return (torch.exp(log_rate) - target * log_rate).mean()


@pair(
    correct=poisson_nll_loss,
    caught_by=("likeness", "infimum", "convergence"),
    story="exp was forgotten in the first term: a loss without a lowest value.",
)
def poisson_nll_loss_without_exp(log_rate, target):
    return (log_rate - target * log_rate).mean()


def vae_kl_loss(mu, logvar):
    return (-0.5 * (1 + logvar - mu**2 - torch.exp(logvar)).sum(dim=1)).mean()


@pair(
    correct=vae_kl_loss,
    caught_by=("likeness", "infimum"),
    story="The square of the mean was added: the encoder is paid for means far out.",
)
def vae_kl_loss_sign(mu, logvar):
    return (-0.5 * (1 + logvar + mu**2 - torch.exp(logvar)).sum(dim=1)).mean()


def vae_loss(recon_x, x, mu, logvar):
    lost = ((recon_x - x) ** 2).sum()
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return lost + kld


@pair(
    correct=vae_loss,
    caught_by=("likeness", "prior"),
    story="The divergence is subtracted: the encoder is paid for leaving the prior.",
)
def vae_loss_subtracting(recon_x, x, mu, logvar):
    lost = ((recon_x - x) ** 2).sum()
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return lost - kld
