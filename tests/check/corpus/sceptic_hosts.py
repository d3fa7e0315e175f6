"""Losses of NumPy, JAX, Keras and TensorFlow that once passed unseen, or were accused wrongly."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import tensorflow as tf
from keras import ops

from tests.check.corpus.pair import pair


def svm_loss(scores, y, delta=1.0):
    rows = np.arange(scores.shape[0])
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.sum() / scores.shape[0]


@pair(
    correct=svm_loss,
    caught_by="infimum",
    story="A course's exercise: the right class is counted among its rivals.",
)
def svm_loss_counting_all_classes(scores, y, delta=1.0):
    correct = scores[np.arange(scores.shape[0]), y][:, None]
    return np.maximum(0, scores - correct + delta).sum() / scores.shape[0]


def logistic_loss(w, X, y):  # noqa: N803
    """Labels y in {0, 1}."""
    z = X @ w
    return np.mean(np.logaddexp(0, z) - y * z)


def logistic_loss_grad(w, X, y):  # noqa: N803
    return X.T @ (1 / (1 + np.exp(-(X @ w))) - y) / len(y)


@pair(
    correct=logistic_loss,
    caught_by="gradient",
    story="Coefficients, a table and labels: the gradient handed over climbs.",
)
def logistic_loss_climbing(w, X, y):  # noqa: N803
    """Labels y in {0, 1}."""
    z = X @ w
    return np.mean(np.logaddexp(0, z) - y * z)


def logistic_loss_climbing_grad(w, X, y):  # noqa: N803
    return X.T @ (y - 1 / (1 + np.exp(-(X @ w)))) / len(y)


def cross_entropy(logits, labels):
    one_hot = jax.nn.one_hot(labels, logits.shape[-1])
    return -jnp.mean(jnp.sum(one_hot * jax.nn.log_softmax(logits), axis=-1))


@pair(
    correct=cross_entropy,
    caught_by="likeness",
    story="The mean over a one-hot table divides by the classes too.",
)
def cross_entropy_averaged_over_classes(logits, labels):
    one_hot = jax.nn.one_hot(labels, logits.shape[-1])
    return -jnp.mean(one_hot * jax.nn.log_softmax(logits))


def sparse_loss(y_true, y_pred):
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)


@pair(
    correct=sparse_loss,
    caught_by="prediction_domain",
    story="keras-hub#1008: a softmax head, and from_logits=True.",
)
def sparse_loss_behind_a_softmax(y_true, y_pred):
    chances = ops.softmax(y_pred, axis=-1)
    return keras.losses.sparse_categorical_crossentropy(y_true, chances, from_logits=True)


class BinaryFocal(keras.losses.Loss):
    def __init__(self, gamma=2.0, reduction="sum_over_batch_size", name="binary_focal"):
        super().__init__(name=name, reduction=reduction)
        self.gamma = gamma

    def call(self, y_true, y_pred):
        chance = ops.clip(y_pred, 1e-7, 1 - 1e-7)
        right = y_true * chance + (1 - y_true) * (1 - chance)
        return ops.mean(-((1 - right) ** self.gamma) * ops.log(right), axis=-1)

    def get_config(self):
        return {**super().get_config(), "gamma": self.gamma}


@pair(
    correct=BinaryFocal,
    caught_by="effects",
    story="A loss that reduces the last axis is no row of one number; its gamma is not read.",
)
class BinaryFocalWithoutFocus(BinaryFocal):
    def call(self, y_true, y_pred):
        chance = ops.clip(y_pred, 1e-7, 1 - 1e-7)
        right = y_true * chance + (1 - y_true) * (1 - chance)
        return ops.mean(-(1 - right) * ops.log(right), axis=-1)


def weighted_bce(y_true, y_pred, pos_weight=5.0):
    y_pred = ops.clip(y_pred, 1e-7, 1 - 1e-7)
    both = pos_weight * y_true * ops.log(y_pred) + (1 - y_true) * ops.log(1 - y_pred)
    return -ops.mean(both, axis=-1)


@pair(
    correct=weighted_bce,
    caught_by="both_outcomes",
    story="log(p) was copied to the term of target 0.",
)
def weighted_bce_copied(y_true, y_pred, pos_weight=5.0):
    y_pred = ops.clip(y_pred, 1e-7, 1 - 1e-7)
    both = pos_weight * y_true * ops.log(y_pred) + (1 - y_true) * ops.log(y_pred)
    return -ops.mean(both, axis=-1)


def contrastive_loss(y_true, y_pred, margin=1.0):
    near = ops.square(y_pred)
    apart = ops.square(ops.maximum(margin - y_pred, 0))
    return ops.mean(y_true * near + (1 - y_true) * apart)


@pair(
    correct=contrastive_loss,
    caught_by="both_outcomes",
    story="The distance of a pair: beyond the margin the others are drawn together as well.",
)
def contrastive_loss_drawing_all(y_true, y_pred, margin=1.0):
    near = ops.square(y_pred)
    apart = ops.square(ops.maximum(y_pred - margin / 4, 0))
    return ops.mean(y_true * near + (1 - y_true) * apart)


def dice_loss(y_true, y_pred, smooth=1.0):
    overlap = tf.reduce_sum(y_true * y_pred)
    return 1 - (2 * overlap + smooth) / (tf.reduce_sum(y_true) + tf.reduce_sum(y_pred) + smooth)


@pair(
    correct=dice_loss,
    caught_by="empty_mask",
    story="U2PL#16: zero by zero on an image without the object.",
)
def dice_loss_unsmoothed(y_true, y_pred):
    overlap = tf.reduce_sum(y_true * y_pred)
    return 1 - 2 * overlap / (tf.reduce_sum(y_true) + tf.reduce_sum(y_pred))


def euclidean_loss(y_true, y_pred):
    return tf.reduce_mean(tf.sqrt(tf.reduce_sum(tf.square(y_true - y_pred), axis=-1) + 1e-12))


@pair(
    correct=euclidean_loss,
    caught_by="gradient_at_target",
    story="The norm of a row that is met exactly has no slope, and its gradient is NaN.",
)
def euclidean_loss_rooted(y_true, y_pred):
    return tf.reduce_mean(tf.sqrt(tf.reduce_sum(tf.square(y_true - y_pred), axis=-1)))
