"""Boosting objectives that climb: a turned gradient, in the dialects of the three boosters."""

import numpy as np

from tests.check.corpus.pair import pair


def squared_rows(preds, train_data):
    labels = train_data.get_label()
    grad = preds - labels
    hess = np.ones_like(preds)
    return grad, hess


@pair(
    correct=squared_rows,
    caught_by="objective_sign",
    story="label − prediction, as a residual is written in textbooks: the error grows each round",
)
def residual_as_gradient(preds, train_data):
    labels = train_data.get_label()
    grad = labels - preds
    hess = np.ones_like(preds)
    return grad, hess


def logistic_rows(predt, dtrain):
    y = dtrain.get_label()
    p = 1.0 / (1.0 + np.exp(-predt))
    return p - y, p * (1.0 - p)


@pair(
    correct=logistic_rows,
    caught_by="objective_sign",
    story="xgboost#2602: gradient and Hessian of the log-likelihood, both with the sign turned",
)
def likelihood_and_not_its_negative(predt, dtrain):
    y = dtrain.get_label()
    p = 1.0 / (1.0 + np.exp(-predt))
    return y - p, -p * (1.0 - p)


class LogLossDers:
    def calc_ders_range(self, approxes, targets, weights):
        found = []
        for index in range(len(targets)):
            p = 1.0 / (1.0 + np.exp(-approxes[index]))
            der1 = targets[index] - p
            der2 = -p * (1.0 - p)
            if weights is not None:
                der1 *= weights[index]
                der2 *= weights[index]
            found.append((der1, der2))
        return found


@pair(
    correct=LogLossDers,
    caught_by="objective_sign",
    story="catboost#521: an objective carried over from LightGBM; CatBoost maximises",
)
class LogLossDersOfTheLoss:
    def calc_ders_range(self, approxes, targets, weights):
        found = []
        for index in range(len(targets)):
            p = 1.0 / (1.0 + np.exp(-approxes[index]))
            der1 = p - targets[index]
            der2 = p * (1.0 - p)
            if weights is not None:
                der1 *= weights[index]
                der2 *= weights[index]
            found.append((der1, der2))
        return found


class RmseDers:
    def calc_ders_range(self, approxes, targets, weights):
        return [(t - a, -1.0) for a, t in zip(approxes, targets, strict=True)]


@pair(
    correct=RmseDers,
    caught_by=("objective_hessian", "objective_gradient"),
    story="the sign of the first derivative is CatBoost's, that of the second is not",
)
class RmseDersOfTwoMinds:
    def calc_ders_range(self, approxes, targets, weights):
        return [(t - a, 1.0) for a, t in zip(approxes, targets, strict=True)]


def softmax_estimator(y_true, y_pred):
    p = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    onehot = np.eye(y_pred.shape[1])[y_true.astype(int)]
    return p - onehot, np.maximum(2.0 * p * (1.0 - p), 1e-6)


@pair(
    correct=softmax_estimator,
    caught_by="objective_sign",
    story="one-hot minus probabilities: the right class loses score with every tree",
)
def onehot_minus_softmax(y_true, y_pred):
    p = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    onehot = np.eye(y_pred.shape[1])[y_true.astype(int)]
    return onehot - p, np.maximum(2.0 * p * (1.0 - p), 1e-6)


@pair(
    correct=softmax_estimator,
    caught_by="objective_sign",
    story="the 1 of the true class was forgotten: every score falls for ever",
)
def softmax_without_the_label(y_true, y_pred):
    p = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p, np.maximum(2.0 * p * (1.0 - p), 1e-6)


def quantile_estimator(y_true, y_pred, alpha=0.9):
    error = y_true - y_pred
    return np.where(error > 0, -alpha, 1.0 - alpha), np.ones_like(y_pred)


@pair(
    correct=quantile_estimator,
    caught_by="objective_sign",
    story="the pinball slope with respect to the error and not to the prediction",
)
def quantile_of_the_error(y_true, y_pred, alpha=0.9):
    error = y_true - y_pred
    return np.where(error > 0, alpha, alpha - 1.0), np.ones_like(y_pred)


def weighted_logistic(y_true, y_pred, pos_weight=3.0):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    weight = np.where(y_true == 1, pos_weight, 1.0)
    return weight * (p - y_true), weight * p * (1.0 - p)


@pair(
    correct=weighted_logistic,
    caught_by="objective_sign",
    story="the gradient of the positive class lost its minus: all scores go down",
)
def logistic_of_two_signs(y_true, y_pred, pos_weight=3.0):
    p = 1.0 / (1.0 + np.exp(-y_pred))
    grad = np.where(y_true == 1, pos_weight * (1.0 - p), p)
    hess = np.where(y_true == 1, pos_weight, 1.0) * p * (1.0 - p)
    return grad, hess
