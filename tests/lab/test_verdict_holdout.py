"""The hold-out: by how much the default is worse there, and how far that number reaches."""

import numpy as np
import pytest
from scipy import stats

from lossary.lab.verdict.holdout import held_out

ROWS = 200
ERRORS = np.random.default_rng(0).exponential(size=(2, ROWS)) + np.array([[1.0], [1.5]])


def _judges(errors=ERRORS):
    return {
        name: lambda rows, each=each: float(each[rows].mean())
        for name, each in zip(("Huber", "SquaredError"), errors, strict=True)
    }


def _held(judges, greater_is_better=False, rows=ROWS, **more):
    return held_out(judges, "Huber", "SquaredError", rows, greater_is_better, **more)


def test_the_interval_is_that_of_a_paired_bootstrap():
    found = _held(_judges(), resamples=4000)
    own = stats.bootstrap(
        tuple(ERRORS), lambda one, other: np.mean(other - one), paired=True, vectorized=False,
        n_resamples=4000, method="percentile",
    ).confidence_interval  # fmt: skip
    # ends of an interval of 4000 draws stray by some hundredths of its width
    width = own.high - own.low
    assert (found.low, found.high) == pytest.approx((own.low, own.high), abs=0.08 * width)
    assert found.difference == pytest.approx((ERRORS[1] - ERRORS[0]).mean())
    assert found.scores == {"Huber": ERRORS[0].mean(), "SquaredError": ERRORS[1].mean()}
    assert (found.rows, found.recommended, found.compared) == (ROWS, "Huber", "SquaredError")


def test_the_bootstrap_holds_the_true_difference_as_often_as_it_says():
    random, held = np.random.default_rng(0), 0
    for _ in range(200):
        errors = random.normal([[1.0], [1.5]], 1.0, (2, 50))
        found = _held(_judges(errors), rows=50, resamples=199)
        held += found.low <= 0.5 <= found.high
    assert stats.binomtest(held, 200, 0.95).pvalue > 1e-3


def test_where_more_is_better_the_sign_turns():
    plain, turned = _held(_judges()), _held(_judges(-ERRORS), True)
    assert (plain.difference, plain.low, plain.high) == pytest.approx(
        (turned.difference, turned.low, turned.high)
    )


def test_groups_are_drawn_whole_so_that_rows_that_go_together_count_once():
    groups = np.repeat(np.arange(10), 20)
    errors = np.random.default_rng(0).normal(size=(2, 10)).repeat(20, axis=1)
    rows, whole = (_held(_judges(errors), groups=each) for each in (None, groups[::-1]))
    assert whole.high - whole.low > 3 * (rows.high - rows.low)
    assert whole.difference == pytest.approx(rows.difference)


def test_the_default_against_itself_is_no_difference():
    found = held_out(_judges(), "Huber", "Huber", ROWS, False)
    assert (found.difference, found.low, found.high) == (0, 0, 0)


def test_draws_on_which_the_metric_has_no_value_are_left_out():
    def judge(rows):
        return float("nan") if len(np.unique(rows)) < 2 else float(rows.mean())

    found = held_out({"a": judge, "b": lambda rows: 5.0}, "a", "b", 3, False)
    assert np.isfinite([found.low, found.high]).all()


def test_the_same_seed_gives_the_same_interval():
    assert _held(_judges()) == _held(_judges())
    assert _held(_judges()) != _held(_judges(), seed=1)
