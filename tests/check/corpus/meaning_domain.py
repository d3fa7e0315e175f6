"""Losses that squash twice, or not at all, or that take a probability for its logarithm."""

import jax
import jax.numpy as jnp
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def classifier_loss(logits, labels):
    return F.cross_entropy(logits, labels)


@pair(
    correct=classifier_loss,
    caught_by="prediction_domain",
    story="lightning-bolts#654 and ten more: softmax before cross_entropy.",
)
def classifier_loss_on_softmax(logits, labels):
    probabilities = torch.softmax(logits, dim=-1)
    return F.cross_entropy(probabilities, labels)


def probability_loss(probs, labels):
    return F.nll_loss(torch.log(probs.clamp(min=1e-7)), labels)


@pair(
    correct=probability_loss,
    caught_by="prediction_domain",
    story="SciCo#2: a model that returns probabilities, and a loss that takes logits.",
)
def probability_loss_as_logits(probs, labels):
    return F.cross_entropy(probs, labels)


def focal_multiclass(logits, labels, gamma=2.0):
    log_p = F.log_softmax(logits, dim=1)
    log_pt = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - log_pt.exp()) ** gamma * log_pt).mean()


@pair(
    correct=focal_multiclass,
    caught_by="prediction_domain",
    story="kornia#493: a focal loss that applies the softmax to its own softmax.",
)
def focal_multiclass_twice(logits, labels, gamma=2.0):
    log_p = F.log_softmax(F.softmax(logits, dim=1), dim=1)
    log_pt = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - log_pt.exp()) ** gamma * log_pt).mean()


def binary_loss(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets)


@pair(
    correct=binary_loss, caught_by="prediction_domain", story="A sigmoid before the logits' loss."
)
def binary_loss_on_sigmoid(logits, targets):
    return F.binary_cross_entropy_with_logits(torch.sigmoid(logits), targets)


def np_bce_logits(logits, y):
    return np.mean(np.logaddexp(0, logits) - y * logits)


@pair(correct=np_bce_logits, caught_by="prediction_domain", story="The sigmoid is missing: NaN.")
def np_bce_logits_bare(logits, y):
    return -np.mean(y * np.log(logits) + (1 - y) * np.log(1 - logits))


@pair(
    correct=binary_loss,
    caught_by="saturation",
    story="keras-hub#1008: logits clipped as probabilities; no gradient, and no message.",
)
def binary_loss_clipped(logits, targets, eps=1e-7):
    p = logits.clamp(eps, 1 - eps)
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def token_nll(logits, labels):
    return F.nll_loss(F.log_softmax(logits, dim=1), labels)


@pair(
    correct=token_nll, caught_by="prediction_domain", story="nll_loss of a softmax: no logarithm."
)
def token_nll_of_softmax(logits, labels):
    return F.nll_loss(F.softmax(logits, dim=1), labels)


@pair(
    correct=token_nll, caught_by="invariance", story="softmax(dim=0) compares the rows of a batch."
)
def token_nll_over_the_batch(logits, labels):
    return F.nll_loss(F.log_softmax(logits, dim=0), labels)


@pair(correct=token_nll, caught_by="label_places", story="optax#1185: labels from one wrap around.")
def token_nll_from_one(logits, labels):
    log_p = F.log_softmax(logits, dim=1)
    return -log_p[torch.arange(len(labels)), labels - 1].mean()


def kd_loss(student_logits, teacher_logits, temperature=2.0):
    student = F.log_softmax(student_logits / temperature, dim=1)
    teacher = F.softmax(teacher_logits.detach() / temperature, dim=1)
    return F.kl_div(student, teacher, reduction="batchmean") * temperature**2


@pair(correct=kd_loss, caught_by="infimum", story="kl_div given probabilities: it is negative.")
def kd_loss_of_probabilities(student_logits, teacher_logits, temperature=2.0):
    student = F.softmax(student_logits / temperature, dim=1)
    teacher = F.softmax(teacher_logits.detach() / temperature, dim=1)
    return F.kl_div(student, teacher, reduction="batchmean") * temperature**2


@pair(
    correct=kd_loss,
    caught_by="target_gradient",
    story="The teacher's gradient is not stopped, against what the docstring says.",
)
def kd_loss_training_the_teacher(student_logits, teacher_logits, temperature=2.0):
    """Distil a frozen teacher."""
    student = F.log_softmax(student_logits / temperature, dim=1)
    teacher = F.softmax(teacher_logits / temperature, dim=1)
    return F.kl_div(student, teacher, reduction="batchmean") * temperature**2


def q_learning_loss(q_values, next_q_values):
    return F.smooth_l1_loss(q_values, 0.99 * next_q_values.detach())


@pair(
    correct=q_learning_loss, caught_by="target_gradient", story="A bootstrapped target, attached."
)
def q_learning_loss_attached(q_values, next_q_values):
    return F.smooth_l1_loss(q_values, 0.99 * next_q_values)


def np_softmax_loss(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


@pair(
    correct=np_softmax_loss, caught_by="invariance", story="The sum of the softmax lacks an axis."
)
def np_softmax_loss_over_everything(logits, labels):
    exp = np.exp(logits - logits.max())
    return -np.log((exp / exp.sum())[np.arange(len(labels)), labels]).mean()


def tf_sigmoid_loss(labels, logits):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


@pair(correct=tf_sigmoid_loss, caught_by="prediction_domain", story="tensorflow_cookbook#86.")
def tf_sigmoid_loss_of_a_sigmoid(labels, logits):
    squashed = tf.sigmoid(logits)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=squashed))


def jax_cross_entropy(logits, labels):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))


@pair(correct=jax_cross_entropy, caught_by="prediction_domain", story="Softmax twice, in JAX.")
def jax_cross_entropy_of_a_softmax(logits, labels):
    log_p = jax.nn.log_softmax(jax.nn.softmax(logits))
    return -jnp.mean(jnp.take_along_axis(log_p, labels[:, None], axis=1))
