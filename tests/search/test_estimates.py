"""What one more restart would bring: estimates against simulations whose answer is known."""

import numpy as np
import pytest

from lossary.search.estimates import gain, more

RNG = np.random.default_rng(0)
DRAWS = {
    "normal": lambda size: RNG.normal(size=size),
    "exponential": lambda size: RNG.exponential(size=size),
    "few_minima": lambda size: RNG.choice([0.0, 0.3, 1.0, 2.0], size=size, p=[0.1, 0.2, 0.3, 0.4]),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())
def test_the_gain_is_unbiased_for_the_last_restart(draw):
    losses = draw((40_000, 8))
    brought = losses[:, :7].min(axis=1) - losses.min(axis=1)
    estimate = gain(losses)
    error = (brought.std() + estimate.std()) / 200  # standard errors of 40 000 draws, added
    assert abs(estimate.mean() - brought.mean()) < 4 * error


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())
def test_the_next_restart_is_the_best_no_more_often_than_is_said(draw):
    losses = draw((40_000, 9))
    better = (losses[:, 8] < losses[:, :8].min(axis=1)).mean()
    said = more(losses[0, :8], None, RNG)
    assert better < said.chance + 0.01
    assert said.chance_high == pytest.approx(1 - 0.05**0.125)


def test_the_bound_on_the_chance_fails_as_rarely_as_is_said():
    """Of uniform losses, what lies below the best is the best itself."""
    best = RNG.uniform(size=(20_000, 8)).min(axis=1)
    bound = more(RNG.normal(size=8), None, RNG).chance_high
    assert (best > bound).mean() == pytest.approx(0.05, abs=0.007)


def test_the_chance_of_a_new_basin_covers_the_truth():
    shares = np.array([0.4, 0.2, 0.1, *[0.02] * 15])
    held = 0
    for _ in range(300):
        basins = RNG.choice(len(shares), size=60, p=shares).tolist()
        truth = 1 - shares[sorted(set(basins))].sum()
        said = more(RNG.normal(size=60), basins, RNG)
        held += said.unseen_low <= truth <= said.unseen_high
    assert held / 300 > 0.9  # of an interval at 0.95 that is right for many restarts only


def test_basins_are_counted_by_chaos_formula():
    said = more(np.arange(8.0), [0, 0, 0, 1, 1, 2, 3, 4], np.random.default_rng(0))
    assert said.unseen == 3 / 8
    assert said.basins == 5 + 7 / 8 * 3 * 2 / (2 * 2)


def test_where_all_ends_are_equal_there_is_nothing_to_gain():
    said = more(np.ones(10), [0] * 10, np.random.default_rng(0))
    assert (said.gain, said.gain_low, said.gain_high, said.unseen) == (0, 0, 0, 0)
    assert said.unseen_high == pytest.approx(1 - 0.05**0.1)  # ten restarts cannot exclude it
    assert said.basins == 1


def test_a_lower_bound_holds_where_the_best_minimum_has_not_been_found():
    """Resampling cannot know of a minimum that nobody has seen; what is known of the loss can."""
    held = {None: 0, 0.0: 0}
    for _ in range(400):
        losses = RNG.choice([0.0, 1.0, 2.0], size=16, p=[0.03, 0.5, 0.47])
        best = losses.min()
        truth = 0.03 * best + 0.5 * max(best - 1, 0)
        for bound in held:
            said = more(losses, None, RNG, bound)
            held[bound] += said.gain_low <= truth <= said.gain_high
    assert held[None] / 400 < 0.7
    assert held[0.0] / 400 > 0.95


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_the_interval_of_the_gain_holds_where_losses_are_spread_out(draw):
    many = DRAWS[draw]((100_000, 17))
    truth = (many[:, :16].min(axis=1) - many.min(axis=1)).mean()
    said = [more(DRAWS[draw](16), None, RNG) for _ in range(300)]
    held = np.mean([each.gain_low <= truth <= each.gain_high for each in said])
    assert held > 0.86  # 0.91 or more in long runs
