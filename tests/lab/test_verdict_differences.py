"""One mean difference, and several: intervals, tests and posteriors against other people's."""

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.svm import SVC

from lossary.lab.verdict.differences import Difference, between
from lossary.lab.verdict.holm import adjusted, intervals

ONE = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
NONE = np.zeros(5)


def test_the_interval_is_that_of_nadeau_and_bengio():
    low, high = between(ONE, NONE, ratio=0.25).interval(0.95)
    # s = sqrt(2.5), 1/5 + (1/5)/(4/5) = 0.45, and t at 97.5 % with four degrees is 2.7764451
    assert (low, high) == pytest.approx((3 - 2.7764451 * (2.5 * 0.45) ** 0.5, 3 + 2.9448646))


def test_several_intervals_that_hold_together_are_wider():
    one, six = (between(ONE, NONE, 0.25).interval(0.95, each) for each in (1, 6))
    assert six[0] < one[0] < one[1] < six[1]


def test_p_is_where_the_interval_touches_zero():
    found = between(ONE, NONE, 0.25)
    assert found.interval(1 - found.p)[0] == pytest.approx(0, abs=1e-9)
    assert between(NONE, ONE, 0.25).p == found.p


@pytest.mark.parametrize("runs", [1, 5])
def test_the_posterior_is_that_of_corani_and_benavoli(runs):
    """As their library writes it: variance s² (1/n + 1/(folds − 1)), n − 1 degrees."""
    one, other = np.random.default_rng(0).normal([[0.3], [0.0]], 1.0, (2, 10 * runs))
    each = one - other
    variance = each.var(ddof=1) * (1 / len(each) + 1 / (10 - 1))
    posterior = stats.t(len(each) - 1, each.mean(), variance**0.5)
    above, within, below = between(one, other, 1 / 9).posterior(0.2)
    assert above == pytest.approx(posterior.sf(0.2))
    assert within == pytest.approx(posterior.cdf(0.2) - posterior.cdf(-0.2))
    assert below == pytest.approx(posterior.cdf(-0.2))


def test_the_numbers_are_those_of_the_example_in_scikit_learn():
    """Its page "Statistical comparison of models" gives these, to so many digits."""
    rows, target = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(
            SVC(kernel=kernel, random_state=0), rows, target, scoring="roc_auc", cv=folds
        )
        for kernel in ("rbf", "linear")
    )
    found = between(rbf, linear, ratio=10 / 90)
    assert found.mean / found.scale == pytest.approx(0.750, abs=5e-4)
    assert found.p / 2 == pytest.approx(0.227, abs=5e-4)
    assert found.posterior(0.01)[1] == pytest.approx(0.432, abs=5e-4)


def test_the_same_scores_are_no_difference_with_certainty():
    found = between(ONE / 3, ONE / 3 * (1 + 1e-15), 0.25)
    assert (found.mean, found.interval(0.95), found.p) == (0, (0, 0), 1)
    assert found.posterior(0.0) == (0, 1, 0)


@pytest.mark.parametrize(("gain", "where"), [(2.0, 0), (0.5, 1), (-2.0, 2)])
def test_a_difference_that_never_varies_is_certain(gain, where):
    found = between(ONE + gain, ONE, 0.25)
    assert found.p == 0
    assert found.posterior(1.0)[where] == 1


def test_a_single_fold_says_nothing():
    found = between(ONE[:1], NONE[:1], 0.25)
    assert not found.known
    assert np.isnan([*found.interval(0.95), found.p, *found.posterior(1)]).all()


def test_holm_multiplies_the_smallest_by_all_and_never_falls_behind():
    # 0.01 · 4, 0.02 · 3, 0.022 · 2 lifted to 0.06, 0.5 · 1; an arm that failed takes no place
    found = adjusted([0.022, np.nan, 0.01, 0.5, 0.02])
    assert found == pytest.approx([0.06, np.nan, 0.04, 0.5, 0.06], nan_ok=True)


def test_intervals_leave_out_zero_exactly_where_holm_finds_something():
    random = np.random.default_rng(0)
    seen = set()
    for _ in range(200):
        each = [Difference(random.normal(scale=3), 1.0, 10) for _ in range(5)]
        bounds = intervals(each, 0.95)
        found = [p <= 0.05 for p in adjusted([one.p for one in each])]
        assert found == [low > 0 or high < 0 for low, high in bounds]
        seen.add(sum(found))
    assert seen >= {0, 1, 2, 3, 4}
