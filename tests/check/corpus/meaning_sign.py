"""Losses with a sign, a side or a branch the wrong way round."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def tukey_loss(y_pred, y_true, c=4.685):
    r = (y_true - y_pred) / c
    inside = c**2 / 6 * (1 - (1 - r**2) ** 3)
    return torch.where(r.abs() <= 1, inside, torch.full_like(r, c**2 / 6)).mean()


@pair(
    correct=tukey_loss,
    caught_by=("infimum", "rising"),
    story="neuralforecast's TukeyLoss: highest where the error is zero.",
)
def tukey_loss_upside_down(y_pred, y_true, c=4.685):
    r = (y_true - y_pred) / c
    return torch.where(r.abs() <= 1, c**2 / 6 * (1 - r**2) ** 3, torch.zeros_like(r)).mean()


def huber_np(y_true, y_pred, delta=1.0):
    error = np.abs(y_true - y_pred)
    return np.mean(np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta)))


@pair(correct=huber_np, caught_by="rising", story="The constant of the second branch is missing.")
def huber_np_with_a_jump(y_true, y_pred, delta=1.0):
    error = np.abs(y_true - y_pred)
    return np.mean(np.where(error <= delta, 0.5 * error**2, delta * error))


def mean_absolute(y_pred, y_true):
    return (y_pred - y_true).abs().mean()


@pair(
    correct=mean_absolute,
    caught_by=("cancelling", "rising", "convergence"),
    story="optax's triplet norm: signed differences are summed, the absolute value is missing.",
)
def mean_absolute_signed(y_pred, y_true):
    return (y_pred - y_true).mean()


def mean_squared(y_pred, y_true):
    return ((y_pred - y_true) ** 2).mean()


@pair(correct=mean_squared, caught_by="cancelling", story="The mean comes before the square.")
def mean_squared_of_the_mean(y_pred, y_true):
    return (y_pred - y_true).mean() ** 2


@pair(correct=mean_squared, caught_by="convergence", story="A constant has crept into the error.")
def mean_squared_shifted(y_pred, y_true):
    return ((y_pred - y_true + 1.0) ** 2).mean()


def quantile_loss(y_pred, y_true, quantile=0.9):
    error = y_true - y_pred
    return torch.maximum(quantile * error, (quantile - 1) * error).mean()


@pair(
    correct=quantile_loss, caught_by="quantile_side", story="The sides of the quantile exchanged."
)
def quantile_loss_other_side(y_pred, y_true, quantile=0.9):
    error = y_pred - y_true
    return torch.maximum(quantile * error, (quantile - 1) * error).mean()


def focal_loss_binary(logits, targets, gamma=2.0):
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    return ((1 - p_t) ** gamma * ce).mean()


@pair(
    correct=focal_loss_binary,
    caught_by=("rising", "infimum"),
    story="p_t**gamma in place of (1 - p_t)**gamma: the worst mistakes weigh nothing.",
)
def focal_loss_on_the_easy(logits, targets, gamma=2.0):
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    return (p_t**gamma * ce).mean()


def dice_loss(probs, targets, smooth=1.0):
    overlap = (probs * targets).sum()
    return 1 - (2 * overlap + smooth) / (probs.sum() + targets.sum() + smooth)


@pair(correct=dice_loss, caught_by="infimum", story="The coefficient is returned as the loss.")
def dice_loss_without_one_minus(probs, targets, smooth=1.0):
    overlap = (probs * targets).sum()
    return (2 * overlap + smooth) / (probs.sum() + targets.sum() + smooth)


def log_likelihood_loss(logits, labels):
    return -F.log_softmax(logits, dim=1).gather(1, labels[:, None]).mean()


@pair(
    correct=log_likelihood_loss,
    caught_by=("infimum", "label_places"),
    story="The minus of the negative log-likelihood is lost.",
)
def log_likelihood_loss_positive(logits, labels):
    return F.log_softmax(logits, dim=1).gather(1, labels[:, None]).mean()


def cosine_loss(pred, target):
    return 1 - F.cosine_similarity(pred, target, dim=-1).mean()


@pair(
    correct=cosine_loss,
    caught_by="infimum",
    story="The similarity itself is minimised.",
    shapes="n d, n d",
)
def cosine_loss_as_similarity(pred, target):
    return F.cosine_similarity(pred, target, dim=-1).mean()


@pair(
    correct=cosine_loss,
    caught_by="invariance",
    story="Only one side is normalised.",
    shapes="n d, n d",
)
def cosine_loss_half_normalised(pred, target):
    return 1 - (pred * F.normalize(target, dim=-1)).sum(-1).mean()


def soft_bce(probs, targets):
    return F.binary_cross_entropy(probs, targets)


@pair(correct=soft_bce, caught_by="argument_order", story="cleverhans#25: the two exchanged.")
def soft_bce_exchanged(probs, targets):
    return F.binary_cross_entropy(targets, probs)


@pair(correct=soft_bce, caught_by="argument_order", story="As above, by hand, with an epsilon.")
def soft_bce_of_the_target(probs, targets, eps=1e-7):
    yes = probs * torch.log(targets + eps)
    return -(yes + (1 - probs) * torch.log(1 - targets + eps)).mean()


def gaussian_nll(mean, target, var):
    return 0.5 * (torch.log(var) + (target - mean) ** 2 / var).mean()


@pair(correct=gaussian_nll, caught_by="spread", story="No log(var): being unsure is free.")
def gaussian_nll_without_log(mean, target, var):
    return 0.5 * ((target - mean) ** 2 / var).mean()


@pair(correct=gaussian_nll, caught_by="spread", story="The half stands before one term only.")
def gaussian_nll_half_of_one(mean, target, var):
    return (torch.log(var) + 0.5 * (target - mean) ** 2 / var).mean()


def vae_kl(mu, logvar):
    return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1).mean()


@pair(correct=vae_kl, caught_by="prior", story="The sign of the divergence is lost.")
def vae_kl_reversed(mu, logvar):
    return 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1).mean()


def smooth_l1_np(y_true, y_pred, beta=1.0):
    error = np.abs(y_true - y_pred)
    return np.mean(np.where(error < beta, 0.5 * error**2 / beta, error - 0.5 * beta))


@pair(correct=smooth_l1_np, caught_by="rising", story="The branches of smooth L1 do not meet.")
def smooth_l1_np_with_a_jump(y_true, y_pred, beta=1.0):
    error = np.abs(y_true - y_pred)
    return np.mean(np.where(error < beta, 0.5 * error**2 / beta, error))


def hinge_of_labels(scores, labels):
    """Hinge loss of scores; labels are 0 or 1."""
    return F.relu(1 - (2 * labels - 1) * scores).mean()


@pair(
    correct=hinge_of_labels,
    caught_by="both_outcomes",
    story="catalogue: hinge losses accept 0/1 labels silently, and the zeros teach nothing.",
)
def hinge_of_labels_as_they_are(scores, labels):
    """Hinge loss of scores; labels are 0 or 1."""
    return F.relu(1 - labels * scores).mean()
