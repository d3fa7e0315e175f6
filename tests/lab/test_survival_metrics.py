"""Metrics of times that were cut off, beside slow twins and what they must be."""

import numpy as np
import pytest

from lossary.lab.metrics import concordance
from lossary.lab.metrics.concordance import c_index
from lossary.lab.metrics.survival import Curves, Steps, brier_at, followed, ibs, kaplan_meier


def _drawn(rows=60, seed=0):
    random = np.random.default_rng(seed)
    times = random.integers(1, 12, rows) * random.choice([-1.0, 1.0], rows)
    return times, random.integers(0, 9, rows).astype(float), random.integers(0, 3, rows) + 0.5


def _slow_c_index(target, risk, weight):
    """Look at every pair."""
    won = pairs = 0.0
    time, event = np.abs(target), target > 0
    for i in range(len(target)):
        for j in range(len(target)):
            if event[i] and (time[j] > time[i] or (time[j] == time[i] and not event[j])):
                pairs += weight[i] * weight[j]
                won += weight[i] * weight[j] * ((risk[i] > risk[j]) + (risk[i] == risk[j]) / 2)
    return won / pairs


@pytest.mark.parametrize("block", [1, 7, 128])
@pytest.mark.parametrize("seed", range(3))
def test_the_c_index_is_that_of_all_pairs(block, seed, monkeypatch):
    monkeypatch.setattr(concordance, "_BLOCK", block)
    target, risk, weight = _drawn(seed=seed)
    assert c_index(target, risk, 0, weight) == pytest.approx(_slow_c_index(target, risk, weight))
    assert c_index(target, risk) == pytest.approx(_slow_c_index(target, risk, np.ones(60)))


def test_the_c_index_is_one_for_the_right_order_zero_for_the_wrong_and_half_for_none():
    target, _, _ = _drawn()
    assert c_index(target, -np.abs(target) + 0.1 * (target > 0)) == 1.0
    assert c_index(target, np.abs(target) - 0.1 * (target > 0)) == 0.0
    assert c_index(target, np.zeros(60)) == 0.5
    assert c_index(np.array([-1.0, -2.0]), np.array([1.0, 2.0])) == 0.5


def test_kaplan_meier_is_that_of_the_textbook():
    # the six-mercaptopurine arm of Freireich et al. 1963, as in Kalbfleisch and Prentice, table 1.2
    events = {6: (3, 0.857), 7: (1, 0.807), 10: (1, 0.753), 13: (1, 0.690), 16: (1, 0.627),
              22: (1, 0.538), 23: (1, 0.448)}  # fmt: skip
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    time = np.array([*np.repeat(list(events), [n for n, _ in events.values()]), *censored])
    curve = kaplan_meier(time, np.arange(21) < 9)
    assert len(time) == 21
    for at, (_, value) in events.items():
        assert curve.at(np.array([at]))[0] == pytest.approx(value, abs=5e-4)
    assert curve.at(np.array([5.9]))[0] == 1.0


def test_an_event_at_the_time_of_a_censoring_came_before_it():
    kept = followed(np.array([1.0, -1.0, 2.0, 3.0]))
    assert kept.at(np.array([1.0]))[0] == 1.0
    assert kept.at(np.array([1.5]))[0] == pytest.approx(2 / 3)  # of three who were left, one


def _slow_brier(target, survival, time, kept):
    """Go through the cases of Graf et al., one row at a time."""
    total = 0.0
    for seen, chance in zip(target, survival, strict=True):
        if abs(seen) <= time and seen > 0:
            total += chance**2 / kept(abs(seen))
        elif abs(seen) > time:
            total += (1 - chance) ** 2 / kept(time + 1e-9)
    return total / len(target)


def test_the_brier_score_of_a_time_is_that_of_its_cases():
    target, _, _ = _drawn()
    random, times = np.random.default_rng(1), np.array([2.0, 4.0, 4.5, 8.0])
    survival = random.random((60, 4))
    kept = followed(target)
    found = brier_at(target, Curves(times, survival, kept)).mean(axis=0)
    slow = [_slow_brier(target, survival[:, n], time, lambda at: kept.at(np.array([at]))[0])
            for n, time in enumerate(times)]  # fmt: skip
    assert found == pytest.approx(np.array(slow))
    score = ibs(target, Curves(times, survival, kept))
    assert score == pytest.approx(np.trapezoid(slow, times) / 6)


def test_without_censoring_it_is_the_mean_square():
    time = np.random.default_rng(0).exponential(size=200)
    grid, chance = np.array([0.5, 1.0]), 0.4
    found = brier_at(time, Curves(grid, np.full((200, 2), chance), followed(time)))
    assert found.mean(axis=0) == pytest.approx(
        [np.square(chance - (time > at)).mean() for at in grid]
    )


def test_the_integrated_score_is_best_at_the_true_curve_although_many_are_censored():
    random, grid = np.random.default_rng(0), np.linspace(0.1, 1.5, 20)
    rate = random.choice([0.5, 2.0], 4000)
    time, end = random.exponential(1 / rate), random.exponential(1.5, 4000)
    target = np.where(time <= end, 1, -1) * np.minimum(time, end)
    kept = followed(target)

    def score(factor):
        return ibs(target, Curves(grid, np.exp(-factor * rate[:, None] * grid), kept))

    assert score(1.0) < min(score(0.8), score(1.25))


def test_what_comes_after_the_last_censoring_is_weighed_all_the_same():
    curves = Curves(np.array([1.0, 2.0]), np.full((2, 2), 0.5), Steps(np.array([1.5]), np.zeros(1)))
    assert np.isfinite(ibs(np.array([3.0, 2.5]), curves))
