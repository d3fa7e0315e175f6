"""Boosting objectives whose Hessian is not one: zero, negative, or of something else."""

import numpy as np

from tests.check.corpus.objectives_signs import squared_rows, weighted_logistic
from tests.check.corpus.pair import pair


def absolute_rows(preds, dtrain):
    error = preds - dtrain.get_label()
    return np.sign(error), np.ones_like(error)


@pair(
    correct=absolute_rows,
    caught_by="objective_hessian",
    story="xgboost#1428: the exact curvature of the absolute error, with which no tree splits",
)
def absolute_with_zero_hessian(preds, dtrain):
    error = preds - dtrain.get_label()
    return np.sign(error), np.zeros_like(error)


@pair(
    correct=squared_rows,
    caught_by="objective_hessian",
    story="the Hessian is minus one: LightGBM says 'no more leaves', XGBoost nothing",
)
def squared_with_minus_one(preds, train_data):
    labels = train_data.get_label()
    return preds - labels, -np.ones_like(preds)


def double_squared_rows(preds, train_data):
    error = preds - train_data.get_label()
    return 2.0 * error, np.full_like(error, 2.0)


@pair(
    correct=double_squared_rows,
    caught_by="objective_gradient",
    story="the factor 2 in the gradient only: every step is twice too long",
)
def factor_two_in_one_place(preds, train_data):
    error = preds - train_data.get_label()
    return 2.0 * error, np.ones_like(error)


def logistic_estimator(y_true, y_pred):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    return p - y_true, p * (1.0 - p)


@pair(
    correct=logistic_estimator,
    caught_by="objective_gradient",
    story="p(1 − p) of the raw score, before the sigmoid",
)
def hessian_before_the_sigmoid(y_true, y_pred):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    return p - y_true, y_pred * (1.0 - y_pred)


@pair(
    correct=weighted_logistic,
    caught_by="objective_gradient",
    story="the weight of the positive class stands in the gradient and not in the Hessian",
)
def weighted_gradient_plain_hessian(y_true, y_pred, pos_weight=3.0):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    weight = np.where(y_true == 1, pos_weight, 1.0)
    return weight * (p - y_true), p * (1.0 - p)


def log_cosh_rows(preds, dtrain):
    error = preds - dtrain.get_label()
    return np.tanh(error), 1.0 - np.tanh(error) ** 2


@pair(
    correct=log_cosh_rows,
    caught_by=("objective_gradient", "objective_hessian"),
    story="the derivative of tanh without its square",
)
def log_cosh_without_square(preds, dtrain):
    error = preds - dtrain.get_label()
    return np.tanh(error), 1.0 - np.tanh(error)


def poisson_estimator(y_true, y_pred):
    mean = np.exp(y_pred)
    return mean - y_true, mean


@pair(
    correct=poisson_estimator,
    caught_by="objective_gradient",
    story="the Hessian of the other parametrisation, one over the mean",
)
def poisson_hessian_of_the_rate(y_true, y_pred):
    mean = np.exp(y_pred)
    return mean - y_true, 1.0 / mean


def squared_log_rows(predt, dtrain):
    y = dtrain.get_label()
    predt = np.maximum(predt, -1 + 1e-6)
    grad = (np.log1p(predt) - np.log1p(y)) / (predt + 1)
    hess = (1 - np.log1p(predt) + np.log1p(y)) / (predt + 1) ** 2
    return grad, hess


@pair(
    correct=squared_log_rows,
    caught_by=("objective_gradient", "objective_hessian"),
    story="a sign within the second derivative by the quotient rule",
)
def squared_log_by_a_wrong_rule(predt, dtrain):
    y = dtrain.get_label()
    predt = np.maximum(predt, -1 + 1e-6)
    grad = (np.log1p(predt) - np.log1p(y)) / (predt + 1)
    hess = (np.log1p(predt) - np.log1p(y) - 1) / (predt + 1) ** 2
    return grad, hess


def softmax_flat(preds, train_data):
    y = train_data.get_label().astype(int)
    scores = preds.reshape(len(y), -1, order="F")
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    grad = p - np.eye(p.shape[1])[y]
    hess = 2.0 * p * (1.0 - p)
    return grad.ravel(order="F"), hess.ravel(order="F")


@pair(
    correct=softmax_flat,
    caught_by=("objective_hessian", "objective_gradient"),
    story="p(p − 1) for p(1 − p)",
)
def softmax_flat_negative(preds, train_data):
    y = train_data.get_label().astype(int)
    scores = preds.reshape(len(y), -1, order="F")
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    grad = p - np.eye(p.shape[1])[y]
    hess = 2.0 * p * (p - 1.0)
    return grad.ravel(order="F"), hess.ravel(order="F")
