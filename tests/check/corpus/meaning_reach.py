"""Losses whose gradient does not arrive, or not everywhere."""

import jax
import jax.numpy as jnp
import numpy as np
import torch

from tests.check.corpus.pair import pair


def mse_loss(pred, target):
    return ((pred - target) ** 2).mean()


@pair(correct=mse_loss, caught_by="reaches", story="pytorch#2774: .item(), and a new tensor of it.")
def mse_loss_of_item(pred, target):
    return torch.tensor(((pred - target) ** 2).mean().item(), requires_grad=True)


@pair(correct=mse_loss, caught_by="reaches", story="The prediction is detached.")
def mse_loss_detached(pred, target):
    return ((pred.detach() - target) ** 2).mean()


@pair(correct=mse_loss, caught_by="reaches", story="A slice stops one row short.")
def mse_loss_but_the_last(pred, target):
    return ((pred[:-1] - target[:-1]) ** 2).mean()


@pair(correct=mse_loss, caught_by="reaches", story="A loop overwrites what it should add up.")
def mse_loss_of_a_loop(pred, target):
    loss = torch.zeros(())
    for p, t in zip(pred, target, strict=True):
        loss = (p - t) ** 2
    return loss.mean()


def soft_dice(probs, mask):
    return 1 - (2 * (probs * mask).sum() + 1e-6) / (probs.sum() + mask.sum() + 1e-6)


@pair(
    correct=soft_dice,
    caught_by="reaches",
    story="mobile-hair-segmentation#3: a threshold inside, open for three years.",
    prediction="probability",
    target="degree",
)
def soft_dice_of_a_threshold(probs, mask):
    hard = (probs > 0.5).float()
    return 1 - (2 * (hard * mask).sum() + 1e-6) / (hard.sum() + mask.sum() + 1e-6)


def jax_l2(pred, target):
    return jnp.mean((pred - target) ** 2)


@pair(correct=jax_l2, caught_by="reaches", story="dm-haiku#442: JAX gives zeros, and no message.")
def jax_l2_stopped(pred, target):
    return jnp.mean((jax.lax.stop_gradient(pred) - target) ** 2)


@pair(correct=jax_l2, caught_by="reaches", story="Rounded on the way: a staircase.")
def jax_l2_rounded(pred, target):
    return jnp.mean((jnp.round(pred) - target) ** 2)


def numpy_l1(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))


@pair(correct=numpy_l1, caught_by="reaches", story="Cast to integers, as pixels are.")
def numpy_l1_of_integers(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred.astype(int)))
