"""Boosting objectives that depend on the table: its length, weights, classes and labels."""

import numpy as np

from tests.check.corpus.objectives_hessians import log_cosh_rows, logistic_estimator
from tests.check.corpus.objectives_signs import squared_rows
from tests.check.corpus.pair import pair


@pair(
    correct=squared_rows,
    caught_by="objective_scale",
    story="xgboost#603: the slopes of a mean, so that min_child_weight forbids every split",
)
def slopes_of_the_mean(preds, train_data):
    labels = train_data.get_label()
    n = len(labels)
    return (preds - labels) / n, np.ones_like(preds) / n


@pair(
    correct=logistic_estimator,
    caught_by="objective_scale",
    story="only the gradient was divided by the number of rows",
)
def mean_gradient_whole_hessian(y_true, y_pred):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    return (p - y_true) / y_true.size, p * (1.0 - p)


def weighted_rows(preds, train_data):
    labels, weight = train_data.get_label(), train_data.get_weight()
    grad, hess = preds - labels, np.ones_like(preds)
    if weight is not None:
        grad, hess = grad * weight, hess * weight
    return grad, hess


@pair(
    correct=weighted_rows,
    caught_by="objective_weights",
    story="the weight multiplies the gradient alone: heavy rows overshoot",
)
def weight_on_the_gradient_only(preds, train_data):
    labels, weight = train_data.get_label(), train_data.get_weight()
    grad, hess = preds - labels, np.ones_like(preds)
    if weight is not None:
        grad = grad * weight
    return grad, hess


def weighted_estimator(y_true, y_pred, sample_weight=None):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    w = np.ones_like(p) if sample_weight is None else sample_weight
    return w * (p - y_true), w * p * (1.0 - p)


@pair(
    correct=weighted_estimator,
    caught_by="objective_weights",
    story="weights applied twice, once to the residual and once more at the end",
)
def weights_applied_twice(y_true, y_pred, sample_weight=None):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    w = np.ones_like(p) if sample_weight is None else sample_weight
    residual = w * (p - y_true)
    return w * residual, w * p * (1.0 - p)


def balanced_logistic(preds, dtrain):
    y = dtrain.get_label()
    ratio = (y == 0).sum() / max((y == 1).sum(), 1)
    w = np.where(y == 1, ratio, 1.0)
    p = 1.0 / (1.0 + np.exp(-preds))
    return w * (p - y), np.maximum(w * p * (1.0 - p), 1e-6)


@pair(
    correct=balanced_logistic,
    caught_by="objective_edges",
    story="classes weighted by counts within the objective: a fold without a class gives NaN",
)
def balanced_by_a_missing_class(preds, dtrain):
    y = dtrain.get_label()
    ratio = (y == 0).sum() / (y == 1).sum()
    w = y * ratio + (1 - y)
    p = 1.0 / (1.0 + np.exp(-preds))
    return w * (p - y), np.maximum(w * p * (1.0 - p), 1e-6)


@pair(
    correct=log_cosh_rows,
    caught_by="objective_edges",
    story="tanh by exponentials: NaN where a prediction is far off",
)
def tanh_by_exponentials(preds, dtrain):
    error = preds - dtrain.get_label()
    up, down = np.exp(30 * error), np.exp(-30 * error)
    grad = (up - down) / (up + down)
    return grad, 30 * (1.0 - grad**2)


def hinge_rows(preds, train_data):
    side = 2.0 * train_data.get_label() - 1.0
    return np.where(side * preds < 1.0, -side, 0.0), np.ones_like(preds)


@pair(
    correct=hinge_rows,
    caught_by="objective_untouched",
    story="labels turned to −1 in place: LightGBM's table keeps them so for the next round",
)
def labels_turned_in_place(preds, train_data):
    labels = train_data.get_label()
    labels[labels == 0] = -1.0
    return np.where(labels * preds < 1.0, -labels, 0.0), np.ones_like(preds)


def gamma_value(score, label):
    return score + label * np.exp(-score)


def gamma_estimator(y_true, y_pred):
    ratio = y_true * np.exp(-y_pred)
    return 1.0 - ratio, np.maximum(ratio, 1e-6)


@pair(
    correct=gamma_estimator,
    caught_by="objective_value",
    story="the slope with respect to the mean, handed over as that of the raw score",
    value=gamma_value,
)
def gamma_slope_of_the_mean(y_true, y_pred):
    mean = np.exp(y_pred)
    return (mean - y_true) / mean**2, np.ones_like(mean)


def smooth_rows(preds, train_data):
    error = preds - train_data.get_label()
    scale = np.sqrt(1.0 + error**2)
    return error / scale, 1.0 / scale**3


@pair(
    correct=smooth_rows,
    caught_by=("objective_gradient", "objective_boost"),
    story="probabilities were expected: raw scores outside 0 and 1 divide by a negative number",
)
def binomial_of_raw_scores(preds, train_data):
    y = train_data.get_label()
    return (preds - y) / (preds * (1 - preds)), 1.0 / (preds * (1.0 - preds))
