"""Boosting objectives with slips that were told as INFO, or not at all, before somebody looked."""

import numpy as np

from tests.check.corpus.objectives_hessians import poisson_estimator
from tests.check.corpus.objectives_signs import logistic_rows, softmax_estimator, squared_rows
from tests.check.corpus.pair import pair


def huber_rows(preds, dtrain, slope=0.8):
    error = preds - dtrain.get_label()
    return np.clip(error, -slope, slope), np.ones_like(error)


@pair(
    correct=huber_rows,
    caught_by="objective_hessian",
    story="Huber's exact curvature: a leaf of far rows sums to a Hessian of zero",
)
def huber_rows_flat_outside(preds, dtrain, slope=0.8):
    error = preds - dtrain.get_label()
    return np.clip(error, -slope, slope), np.where(np.abs(error) < slope, 1.0, 0.0)


def pseudo_huber_estimator(y_true, y_pred):
    root = np.hypot(1.0, y_pred - y_true)
    return (y_pred - y_true) / root, root**-3.0


@pair(
    correct=pseudo_huber_estimator,
    caught_by=("objective_convex", "objective_gradient"),
    story="one power too many under the error: outliers are let go, as by Cauchy's loss",
)
def pseudo_huber_by_the_square(y_true, y_pred):
    root = np.hypot(1.0, y_pred - y_true)
    return (y_pred - y_true) / root**2, root**-3.0


@pair(
    correct=poisson_estimator,
    caught_by="objective_untouched",
    story="exp into the array of scores, to save memory: the next metric reads means for scores",
)
def poisson_in_the_scores(y_true, y_pred):
    np.exp(y_pred, out=y_pred)
    return y_pred - y_true, y_pred.copy()


@pair(
    correct=logistic_rows,
    caught_by="objective_edges",
    story="e over 1 + e: infinity over infinity at a score of 89 in single precision",
)
def logistic_by_a_quotient(predt, dtrain):
    up = np.exp(predt)
    p = up / (1.0 + up)
    return p - dtrain.get_label(), p * (1.0 - p)


@pair(
    correct=logistic_rows,
    caught_by=("objective_link", "objective_gradient"),
    story="the sigmoid of what the booster had squashed already: no score is ever right",
)
def logistic_of_a_probability(predt, dtrain):
    p = 1.0 / (1.0 + np.exp(-1.0 / (1.0 + np.exp(-predt))))
    bend = p * (1.0 - p) / (1.0 + np.exp(-predt)) / (1.0 + np.exp(predt))
    return p - dtrain.get_label(), bend


@pair(
    correct=poisson_estimator,
    caught_by="objective_gradient",
    story="both slopes by the mean, while the booster adds up logarithms of means",
)
def poisson_by_the_mean(y_true, y_pred):
    mean = np.exp(y_pred)
    return 1.0 - y_true / mean, y_true / mean**2


@pair(
    correct=poisson_estimator,
    caught_by="objective_root",
    story="counts that had been logged for another model: ends at the logarithm of the count",
)
def poisson_of_logged_counts(y_true, y_pred):
    mean = np.exp(y_pred)
    return mean - np.log1p(y_true), mean


@pair(
    correct=squared_rows,
    caught_by="objective_labels",
    story="astype(int) was left over from a classifier: 2.9 is learnt as 2",
)
def squared_of_whole_labels(preds, train_data):
    labels = train_data.get_label().astype(int)
    return preds - labels, np.ones_like(preds)


def by_rank_of_label(preds, train_data):
    labels = train_data.get_label()
    order = np.argsort(labels)
    grad = np.empty_like(preds)
    grad[order] = preds[order] - labels[order]
    return grad, np.ones_like(grad)


@pair(
    correct=by_rank_of_label,
    caught_by="objective_permuted",
    story="slopes in the order of the sorted labels: every row learns from another",
)
def slopes_left_sorted(preds, train_data):
    labels = train_data.get_label()
    order = np.argsort(labels)
    return preds[order] - labels[order], np.ones_like(preds)


def _pushed(preds, labels, ends):
    grad, hess = np.zeros_like(preds), np.full_like(preds, 1e-6)
    for start, end in ends:
        part = labels[start:end]
        better, worse = np.nonzero(part[:, None] > part[None, :])
        push = 1.0 / (1.0 + np.exp(preds[start:end][better] - preds[start:end][worse]))
        for rows, sign in ((better, -1.0), (worse, 1.0)):
            np.add.at(grad, start + rows, sign * push)
            np.add.at(hess, start + rows, push * (1.0 - push))
    return grad, hess


def rank_net(preds, train_data):
    ends = np.cumsum(train_data.get_group())
    return _pushed(preds, train_data.get_label(), zip(np.r_[0, ends[:-1]], ends, strict=True))


@pair(
    correct=rank_net,
    caught_by="objective_groups",
    story="each query begins a row late: its first document is never compared",
)
def rank_net_one_row_late(preds, train_data):
    ends = np.cumsum(train_data.get_group())
    return _pushed(preds, train_data.get_label(), zip(np.r_[0, ends[:-1] + 1], ends, strict=True))


@pair(
    correct=rank_net,
    caught_by="objective_together",
    story="better and worse exchanged: the worst document is put first",
)
def rank_net_upside_down(preds, train_data):
    ends = np.cumsum(train_data.get_group())
    grad, hess = _pushed(preds, train_data.get_label(), zip(np.r_[0, ends[:-1]], ends, strict=True))
    return -grad, hess


def all_pairs_rank(y_true, y_pred):
    better, worse = np.nonzero(y_true[:, None] > y_true[None, :])
    push = 1.0 / (1.0 + np.exp(y_pred[better] - y_pred[worse]))
    grad, hess = np.zeros_like(y_pred), np.full_like(y_pred, 1e-6)
    np.add.at(grad, better, -push)
    np.add.at(grad, worse, push)
    np.add.at(hess, np.r_[better, worse], np.tile(push * (1.0 - push), 2))
    return grad, hess


@pair(
    correct=all_pairs_rank,
    caught_by="objective_together",
    story="grad[index] -= push: of several pairs of a row the last one counts alone",
)
def all_pairs_rank_by_index(y_true, y_pred):
    better, worse = np.nonzero(y_true[:, None] > y_true[None, :])
    push = 1.0 / (1.0 + np.exp(y_pred[better] - y_pred[worse]))
    grad, hess = np.zeros_like(y_pred), np.full_like(y_pred, 1e-6)
    grad[better] -= push
    grad[worse] += push
    hess[better] += push * (1.0 - push)
    hess[worse] += push * (1.0 - push)
    return grad, hess


def smoothed_quantile(y_true, y_pred, tau=0.9):
    share = 1.0 / (1.0 + np.exp(-4.0 * (y_pred - y_true)))
    return share - tau, np.maximum(4.0 * share * (1.0 - share), 0.05)


@pair(
    correct=smoothed_quantile,
    caught_by="objective_quantile",
    story="a smoothed quantile with its level mirrored: upper bounds come out as lower ones",
)
def smoothed_quantile_of_the_other_end(y_true, y_pred, tau=0.9):
    share = 1.0 / (1.0 + np.exp(-4.0 * (y_pred - y_true)))
    return share - (1.0 - tau), np.maximum(4.0 * share * (1.0 - share), 0.05)


def weighted_absolute(y_true, y_pred, weight):
    return weight * np.sign(y_pred - y_true), weight * 1.0


@pair(
    correct=weighted_absolute,
    caught_by="objective_weights",
    story="the weights are a parameter, and nothing is multiplied by them",
)
def weighted_absolute_without_weight(y_true, y_pred, weight):
    return np.sign(y_pred - y_true), np.ones_like(y_pred)


@pair(
    correct=logistic_rows,
    caught_by="objective_scale",
    story="the Hessian is summed over the table, and then once more in each leaf",
)
def logistic_with_a_summed_hessian(predt, dtrain):
    p = 1.0 / (1.0 + np.exp(-predt))
    return p - dtrain.get_label(), np.full_like(p, np.sum(p * (1.0 - p)))


@pair(
    correct=logistic_rows,
    caught_by="objective_root",
    story="the weight of the positives at the probability only: content at a tenth",
)
def logistic_weighed_on_one_side(predt, dtrain):
    y = dtrain.get_label()
    p = 1.0 / (1.0 + np.exp(-predt))
    weight = np.where(y > 0, 9.0, 1.0)
    return weight * p - y, weight * p * (1.0 - p)


class QuantileDers:
    """CatBoost's own form: a second derivative of zero, and leaves by gradients alone."""

    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def calc_ders_range(self, approxes, targets, weights):
        weights = [1.0] * len(targets) if weights is None else weights
        steps = [self.alpha if t > a else self.alpha - 1.0 for a, t in zip(approxes, targets)]  # noqa: B905
        return [(step * weight, 0.0) for step, weight in zip(steps, weights)]  # noqa: B905


@pair(
    correct=QuantileDers,
    caught_by="objective_quantile",
    story="the level on the side of what is minimised, while CatBoost maximises",
)
class QuantileDersOfTheOtherEnd(QuantileDers):
    def calc_ders_range(self, approxes, targets, weights):
        weights = [1.0] * len(targets) if weights is None else weights
        steps = [1.0 - self.alpha if t > a else -self.alpha for a, t in zip(approxes, targets)]  # noqa: B905
        return [(step * weight, 0.0) for step, weight in zip(steps, weights)]  # noqa: B905


class SoftmaxDers:
    def calc_ders_multi(self, approx, target, weight):
        p = np.exp(np.asarray(approx) - np.max(approx))
        p /= p.sum()
        first = (np.arange(len(p)) == target) - p
        return list(weight * first), (weight * (np.outer(p, p) - np.diag(p))).tolist()


@pair(
    correct=SoftmaxDers,
    caught_by="objective_matrix",
    story="one minus for the whole matrix: right on the diagonal and turned beside it",
)
class SoftmaxDersOfOneSign:
    def calc_ders_multi(self, approx, target, weight):
        p = np.exp(np.asarray(approx) - np.max(approx))
        p /= p.sum()
        first = (np.arange(len(p)) == target) - p
        second = -np.outer(p, p) + np.diag(2 * p**2 - p)
        return list(weight * first), (weight * second).tolist()


@pair(
    correct=softmax_estimator,
    caught_by="objective_sign",
    story="numbers of classes for one-hot labels: class 0 is pushed away from every row",
)
def softmax_minus_the_number(y_true, y_pred):
    p = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p - y_true[:, None], 2.0 * p * (1.0 - p)
