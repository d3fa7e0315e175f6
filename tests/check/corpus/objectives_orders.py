"""Boosting objectives that mix up their arguments, rows and classes, or the sides of a level."""

import numpy as np

from tests.check.corpus.objectives_hessians import logistic_estimator
from tests.check.corpus.objectives_signs import quantile_estimator, softmax_estimator
from tests.check.corpus.pair import pair


def lgbm_squared(y_true, y_pred):
    """Objective for LGBMRegressor(objective=lgbm_squared)."""
    return y_pred - y_true, np.ones_like(y_pred)


@pair(
    correct=lgbm_squared,
    caught_by="objective_order",
    story="the order of a network's loss: LightGBM's estimator hands the labels over first",
)
def lgbm_squared_scores_first(y_pred, y_true):
    """Objective for LGBMRegressor(objective=lgbm_squared_scores_first)."""
    return y_pred - y_true, np.ones_like(y_pred)


@pair(
    correct=softmax_estimator,
    caught_by="objective_rows",
    story="the softmax runs over the rows of the table",
)
def softmax_over_rows(y_true, y_pred):
    p = np.exp(y_pred - y_pred.max(axis=0, keepdims=True))
    p /= p.sum(axis=0, keepdims=True)
    onehot = np.eye(y_pred.shape[1])[y_true.astype(int)]
    return p - onehot, np.maximum(2.0 * p * (1.0 - p), 1e-6)


@pair(
    correct=quantile_estimator,
    caught_by="objective_quantile",
    story="the level on the wrong side: an upper bound of 90 % becomes one of 10 %",
)
def quantile_mirrored(y_true, y_pred, alpha=0.9):
    error = y_pred - y_true
    return np.where(error > 0, alpha, alpha - 1.0), np.ones_like(y_pred)


def huber_estimator(y_true, y_pred, delta=1.0):
    error = y_pred - y_true
    return np.clip(error, -delta, delta), np.ones_like(error)


@pair(
    correct=huber_estimator,
    caught_by="objective_sign",
    story="delta for delta · sign(error): far too low predictions are pushed lower",
)
def huber_without_a_sign(y_true, y_pred, delta=1.0):
    error = y_pred - y_true
    return np.where(np.abs(error) <= delta, error, delta), np.ones_like(error)


@pair(
    correct=logistic_estimator,
    caught_by=("objective_gradient", "objective_boost"),
    story="the slope with respect to the probability, not to the raw score",
)
def logistic_slope_of_the_probability(y_true, y_pred):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    grad = -y_true / p + (1.0 - y_true) / (1.0 - p)
    return grad, p * (1.0 - p)


@pair(
    correct=huber_estimator,
    caught_by=("objective_gradient", "objective_boost"),
    story="a Hessian of a thousandth 'for stability': steps a thousand times too long",
)
def huber_with_a_tiny_hessian(y_true, y_pred, delta=1.0):
    error = y_pred - y_true
    return np.clip(error, -delta, delta), np.full_like(error, 1e-3)
