"""Boosting objectives: how they are recognised and called, and that the documented ones pass."""

import functools

import numpy as np
import pytest

import lossary
from lossary.adapters.foreign.booster import Rows
from lossary.adapters.foreign.objectives import read_objective
from tests.check.corpus import objectives_hessians as hessians
from tests.check.corpus import objectives_signs as signs
from tests.check.corpus import objectives_tables as tables


def squared_log(predt, dtrain):
    """The demonstration of XGBoost's documentation, which also writes into its scores."""
    predt[predt < -1] = -1 + 1e-6
    y = dtrain.get_label()
    grad = (np.log1p(predt) - np.log1p(y)) / (predt + 1)
    return grad, (-np.log1p(predt) + np.log1p(y) + 1) / np.power(predt + 1, 2)


ROWS, CLASSES = 100, 4


def softprob(predt, data):
    """Row by row with sizes that stand fixed in the script, as in XGBoost's documentation."""
    labels = data.get_label()
    weights = np.ones(ROWS) if data.get_weight().size == 0 else data.get_weight()
    assert predt.shape == (ROWS, CLASSES)
    grad, hess = np.zeros((ROWS, CLASSES)), np.zeros((ROWS, CLASSES))
    for r in range(ROWS):
        p = np.exp(predt[r]) / np.sum(np.exp(predt[r]))
        for c in range(CLASSES):
            grad[r, c] = (p[c] - (c == labels[r])) * weights[r]
            hess[r, c] = max(2.0 * p[c] * (1.0 - p[c]) * weights[r], 1e-6)
    return grad, hess


def error_metric(preds, train_data):
    """A metric for LightGBM: no objective, though it takes the same arguments."""
    return "error", float(np.mean(preds != train_data.get_label())), False


def tweedie(y_true, y_pred, rho=1.5):
    a, b = np.exp((1 - rho) * y_pred), np.exp((2 - rho) * y_pred)
    return b - y_true * a, (2 - rho) * b - (1 - rho) * y_true * a


def expected_gamma(y_true, y_pred):
    return 1.0 - y_true * np.exp(-y_pred), np.ones_like(y_pred)


def exponential_sides(y_true, y_pred):
    e = np.exp(-y_true * y_pred)
    return -y_true * e, e


def pairwise(preds, train_data):
    y = train_data.get_label()
    higher = (y[:, None] > y[None, :]).astype(float)
    push = 1.0 / (1.0 + np.exp(preds[:, None] - preds[None, :]))
    bend = higher * push * (1.0 - push)
    grad = (higher * push).sum(axis=0) - (higher * push).sum(axis=1)
    return grad, np.maximum(bend.sum(axis=0) + bend.sum(axis=1), 1e-6)


pairwise.__doc__ = "Ranks pairs of rows."


class MultiClassDers:
    def calc_ders_multi(self, approx, target, weight):
        p = np.exp(approx - np.max(approx))
        p /= p.sum()
        der1 = (np.arange(len(p)) == target) - p
        return list(weight * der1), (weight * (np.outer(p, p) - np.diag(p))).tolist()


CLEAN = [squared_log, softprob, tweedie, expected_gamma, exponential_sides, pairwise]
CLEAN += [MultiClassDers, functools.partial(signs.quantile_estimator, alpha=0.2)]


@pytest.mark.parametrize("loss", CLEAN, ids=lambda each: getattr(each, "__name__", "partial"))
def test_a_documented_objective_does_not_fail(loss):
    verdict = lossary.check(loss)
    assert verdict.contract.kind == "objective"
    assert not verdict.failures, [each.says for each in verdict.failures]


@pytest.mark.parametrize(
    ("loss", "domain"),
    [
        (signs.squared_rows, "real"),
        (signs.logistic_rows, "degree"),
        (signs.LogLossDers, "degree"),
        (signs.softmax_estimator, "labels"),
        (hessians.poisson_estimator, "nonnegative"),
        (exponential_sides, "side"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_what_labels_mean_is_read_off_the_turns_of_the_gradient(loss, domain):
    assert lossary.check(loss, only=["objective_sign"]).contract.target.domain == domain


def test_a_metric_is_no_objective():
    assert read_objective(error_metric) is None


def test_a_plain_loss_is_no_objective():
    assert read_objective(lambda y_true, y_pred: ((y_pred - y_true) ** 2).mean()) is None


def test_slopes_of_catboost_are_turned_to_those_of_the_loss():
    call = read_objective(signs.RmseDers()).call
    gradient, hessian = call(np.array([3.0]), np.array([1.0]))
    assert gradient == 2.0
    assert hessian == 1.0


def test_scores_class_after_class_are_recognised_by_the_rows_they_move():
    call = read_objective(hessians.softmax_flat).call
    by_rows = read_objective(signs.softmax_estimator).call
    scores, labels = np.random.default_rng(0).normal(size=(5, 3)), np.arange(5.0) % 3
    np.testing.assert_allclose(call(scores, labels)[0], by_rows(scores, labels)[0])
    assert call.layout == "classes"


def test_a_spelled_objective_runs_without_lossary():
    candidate = read_objective(tables.weighted_rows)
    known = {}
    exec("\n".join(candidate.spelling), known)  # our own words, made of names of this test
    scores, labels, weight = np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([2.0, 3.0])
    gradient, hessian = known["loss"](scores, labels, weight)
    np.testing.assert_array_equal(gradient, [2.0, 6.0])
    np.testing.assert_array_equal(hessian, weight)


def test_an_objective_is_compared_with_the_loss_handed_over():
    verdict = lossary.check(signs.squared_rows, value=lambda p, y: (p - y) ** 2)
    assert verdict.sound
    assert any("0.5 times the slope of the loss" in each.says for each in verdict.profile)


def test_an_objective_is_compared_with_a_loss_of_ours_by_its_name():
    assert lossary.check(signs.logistic_rows, like="binary_cross_entropy").sound
    verdict = lossary.check(signs.squared_rows, like="poisson")
    assert "objective_value" in {each.check for each in verdict.failures}


def single_hessian(preds, train_data):
    return preds - train_data.get_label(), np.ones(1)


def column_of_labels(preds, train_data):
    error = preds - train_data.get_label().reshape(-1, 1)
    return error, np.ones_like(error)


@pytest.mark.parametrize(
    ("loss", "named"), [(single_hessian, "objective_shape"), (column_of_labels, "objective_sign")]
)
def test_an_objective_that_cannot_be_boosted_fails(loss, named):
    assert named in {each.check for each in lossary.check(loss).failures}


def test_queries_are_handed_over_in_the_dialect_of_each_library():
    call = read_objective(pairwise).call
    rows = Rows(np.arange(7.0), None, None, (4, 3))
    np.testing.assert_array_equal(rows.get_group(), [4, 3])
    np.testing.assert_array_equal(rows.get_uint_info("group_ptr"), [0, 4, 7])
    np.testing.assert_array_equal(rows.get_field("group"), [0, 4, 7])
    assert call.group == ()


def ranked(y_true, y_pred, weight, group):
    assert np.sum(group) == len(y_true)
    return y_pred - y_true, np.ones_like(y_pred) if weight is None else weight


def test_an_estimators_objective_takes_weights_and_queries():
    scores, labels = np.array([1.0, 2.0]), np.zeros(2)
    np.testing.assert_array_equal(read_objective(ranked).call(scores, labels)[0], scores)


def exact_log_cosh(y_true, y_pred):
    """Far from the label its Hessian fades to zero, and does not fall there."""
    bent = np.tanh(y_pred - y_true)
    return np.where(y_pred > y_true, 0.3, 0.7) * bent, 1.0 - bent**2


def softmax_over_queries(preds, train_data):
    """List by list, so that a list of every row twice halves each share, as it has to."""
    labels, grad = train_data.get_label(), np.empty_like(preds)
    ends = np.cumsum(train_data.get_group())
    for start, end in zip(np.r_[0, ends[:-1]], ends, strict=True):
        shares = [np.exp(each[start:end]) for each in (preds, labels)]
        grad[start:end] = shares[0] / shares[0].sum() - shares[1] / shares[1].sum()
    return grad, np.full_like(grad, 0.25)


@pytest.mark.parametrize("loss", [exact_log_cosh, softmax_over_queries, signs.quantile_estimator])
def test_what_looks_like_a_slip_and_is_none_is_not_accused(loss):
    verdict = lossary.check(loss)
    assert [each.says for each in (*verdict.failures, *verdict.warnings)] == []
