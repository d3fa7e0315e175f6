"""Losses of agents, of two players, and of odd masks: where a check once accused the right one."""

import jax
import jax.numpy as jnp
import torch
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def reinforce_with_baseline_loss(log_probs, rewards, values):
    advantage = rewards - values.detach()
    return -(log_probs * advantage).mean()


@pair(
    correct=reinforce_with_baseline_loss,
    caught_by="returns",
    story="The minus of REINFORCE is lost behind a baseline.",
)
def reinforce_with_baseline_loss_ascending(log_probs, rewards, values):
    advantage = rewards - values.detach()
    return (log_probs * advantage).mean()


def actor_critic_loss(logits, values, actions, returns):
    log_probs = F.log_softmax(logits, dim=-1)
    chosen = log_probs.gather(1, actions.unsqueeze(1)).squeeze(1)
    advantage = (returns - values).detach()
    entropy = -(log_probs.exp() * log_probs).sum(-1).mean()
    return -(chosen * advantage).mean() + 0.5 * F.mse_loss(values, returns) - 0.01 * entropy


@pair(
    correct=actor_critic_loss,
    caught_by="returns",
    story="The actor climbs down what it should climb up; the critic hides it in the sum.",
)
def actor_critic_loss_turned(logits, values, actions, returns):
    log_probs = F.log_softmax(logits, dim=-1)
    chosen = log_probs.gather(1, actions.unsqueeze(1)).squeeze(1)
    advantage = (values - returns).detach()
    entropy = -(log_probs.exp() * log_probs).sum(-1).mean()
    return -(chosen * advantage).mean() + 0.5 * F.mse_loss(values, returns) - 0.01 * entropy


def one_step_loss(q, reward, next_q, done, discount=0.99):
    target = reward + discount * (1.0 - done) * next_q
    return jnp.mean((q - jax.lax.stop_gradient(target)) ** 2)


@pair(
    correct=one_step_loss,
    caught_by="returns",
    story="The value after the end of an episode is learnt, in JAX and with a short name.",
)
def one_step_loss_past_the_end(q, reward, next_q, done, discount=0.99):
    target = reward + discount * done * next_q
    return jnp.mean((q - jax.lax.stop_gradient(target)) ** 2)


def hinge_discriminator_loss(real_scores, fake_scores):
    return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean()


@pair(
    correct=hinge_discriminator_loss,
    caught_by="real_and_fake",
    story="keras-io#361: real examples are drawn to where fake ones belong.",
)
def hinge_discriminator_loss_flipped(real_scores, fake_scores):
    return F.relu(1 + real_scores).mean() + F.relu(1 - fake_scores).mean()


def discriminator_loss_of_chances(real_output, fake_output):
    real = F.binary_cross_entropy(real_output, torch.ones_like(real_output))
    return real + F.binary_cross_entropy(fake_output, torch.zeros_like(fake_output))


@pair(
    correct=discriminator_loss_of_chances,
    caught_by="real_and_fake",
    story="Probabilities of real and fake, and one label for both.",
)
def discriminator_loss_of_chances_alike(real_output, fake_output):
    real = F.binary_cross_entropy(real_output, torch.ones_like(real_output))
    return real + F.binary_cross_entropy(fake_output, torch.ones_like(fake_output))


def rmsle_loss(pred, actual):
    return torch.sqrt(((torch.log1p(pred) - torch.log1p(actual)) ** 2).mean() + 1e-9)


@pair(
    correct=rmsle_loss,
    caught_by=("number", "likeness"),
    story="log in place of log1p: infinite as soon as one amount is zero.",
)
def rmsle_loss_plain(pred, actual):
    return torch.sqrt(((torch.log(pred) - torch.log(actual)) ** 2).mean() + 1e-9)


def softmax_nll(probs, labels):
    picked = F.one_hot(labels, probs.size(1)) * torch.log(probs + 1e-7)
    return -picked.sum(dim=1).mean()


@pair(
    correct=softmax_nll,
    caught_by=("class_mean", "likeness"),
    story="jax#1023: the mean runs over the classes too, and the loss is k times too small.",
)
def softmax_nll_of_all(probs, labels):
    return -(F.one_hot(labels, probs.size(1)) * torch.log(probs + 1e-7)).mean()
