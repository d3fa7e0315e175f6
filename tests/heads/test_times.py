"""Times of which some were censored: chances to last, medians, risks, and losses behind them."""

import pickle

import numpy as np
import pytest
from scipy import stats

import lossary
from lossary.heads import head_for_times
from tests.heads.contents import content

RANDOM = np.random.default_rng(2)
LASTED = np.exp(0.7 + 0.5 * np.log(RANDOM.exponential(size=500)))
LIMIT = RANDOM.uniform(0.5, 4.0, size=500)
TIMES = np.where(LASTED <= LIMIT, LASTED, -LIMIT)
RAW = np.asarray([[-1.0], [0.0], [2.5]])
AT = np.asarray([0.0, 1e-3, 0.7, 3.0, 40.0])
LAWS = {
    "Weibull": (lossary.WeibullAFT, lambda scale: stats.weibull_min(1 / scale)),
    "log-logistic": (lossary.LogLogisticAFT, lambda scale: stats.fisk(1 / scale)),
}
by_law = pytest.mark.parametrize("name", LAWS)


@by_law
@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_the_loss_and_the_chance_to_last_are_those_of_the_distribution(name, scale):
    make, law = LAWS[name]
    loss, law = make(scale=scale), law(scale)
    answer = head_for_times(loss).answer(RAW)
    unit = np.exp(RAW)
    # Ten roundings, of exponents of about ten; SciPy takes some from one.
    np.testing.assert_allclose(answer.survival(AT), law.sf(AT / unit), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(answer.value, np.exp(RAW[:, 0]) * law.median(), rtol=1e-10)
    for time in AT[1:]:
        event = loss(RAW[:, 0], np.full(3, time), reduction="none")
        known = np.log(unit[:, 0]) - law.logpdf(time / unit[:, 0])
        np.testing.assert_allclose(event, known, rtol=1e-12, atol=1e-12)


@by_law
def test_half_of_them_last_beyond_the_median_and_all_beyond_the_start(name):
    answer = head_for_times(LAWS[name][0](scale=0.8)).answer(RAW)
    np.testing.assert_allclose(np.diag(answer.survival(answer.value)), 0.5, rtol=1e-10)
    np.testing.assert_array_equal(answer.survival(np.asarray([-3.0, 0.0])), np.ones((3, 2)))


@by_law
def test_a_median_leads_back_to_the_raw_number_that_told_it(name):
    head = head_for_times(LAWS[name][0](scale=0.8))
    # A root of a search to sixteen digits, and two roundings.
    np.testing.assert_allclose(head.raw_of(head.answer(RAW).value), RAW[:, 0], atol=1e-14)


def test_who_is_at_more_risk_has_the_event_sooner():
    answer = head_for_times(lossary.WeibullAFT()).answer(RAW)
    assert (np.diff(answer.score) < 0).all()
    assert (np.diff(answer.value) > 0).all()
    assert (np.diff(answer.survival(AT), axis=1) < 0).all()


def test_the_best_constant_of_weibull_times_is_the_likeliest_known_in_closed_form():
    scale, seen = 0.5, TIMES > 0
    answer = content(lossary.WeibullAFT(scale=scale), head_for_times(lossary.WeibullAFT()), TIMES)
    location = scale * np.log((np.abs(TIMES) ** (1 / scale)).sum() / seen.sum())
    assert -answer.score[0] == pytest.approx(location, abs=1e-4)  # a millionth of the range
    assert location == pytest.approx(0.7, abs=0.1)  # what they were drawn from


def test_what_was_censored_is_no_event():
    loss = lossary.WeibullAFT(scale=0.5)
    ended = content(loss, head_for_times(loss), np.abs(TIMES)).value[0]
    assert content(loss, head_for_times(loss), TIMES).value[0] > 1.2 * ended


def test_nobody_who_had_the_event_still_has_a_best_constant():
    answer = content(lossary.WeibullAFT(), head_for_times(lossary.WeibullAFT()), -LIMIT)
    assert LIMIT.max() < answer.value[0] < np.inf


def test_an_answer_about_times_can_be_sent_to_another_process():
    answer = head_for_times(lossary.LogLogisticAFT()).answer(RAW)
    again = pickle.loads(pickle.dumps(answer))
    np.testing.assert_array_equal(again.survival(AT), answer.survival(AT))
