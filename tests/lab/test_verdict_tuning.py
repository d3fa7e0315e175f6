"""What tuning hid: how far a parameter may be missed, and what a tuned score promised too much."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

from lossary.lab.verdict.contest import Contest
from lossary.lab.verdict.optimism import expected_best, optimism, shrinkage
from lossary.lab.verdict.sensitivity import sensitivity
from lossary.lab.verdict.words import CONSTANT
from lossary.records import LearnerRecord, SpaceRecord
from tests.lab.contests import FOLDS, HARD, arm, arms, judged, scored, trial

MLP = LearnerRecord("mlp", "", 1, 1, (
    SpaceRecord("learning_rate", 0.01, 1e-4, 1.0, "log"),
    SpaceRecord("weight_decay", 0.01, 1e-4, 1.0, "log"),
    SpaceRecord("dropout", 0.0, 0.0, 0.5),
))  # fmt: skip


def _tuned(valley, settings=24, noise=0.02, seed=0, folds=FOLDS, name="SquaredError"):
    """Return an arm whose error follows its learning rate only: `valley(decades from 0.01)`."""
    random = np.random.default_rng(seed)
    rates, decays = 10 ** random.uniform(-4, 0, (2, settings))
    dropouts = random.uniform(0, 0.5, settings)
    trials = [
        [
            trial(valley(np.log10(rate) + 2) + HARD[fold] + noise * one,
                  valley(np.log10(rate) + 2) + HARD[fold] + noise * other,
                  learning_rate=rate, weight_decay=decay, dropout=dropout)
            for rate, decay, dropout, (one, other) in zip(
                rates, decays, dropouts, random.normal(size=(settings, 2)), strict=True)
        ]
        for fold in range(folds)
    ]  # fmt: skip
    scores = [min(each, key=lambda one: one.inner).outer for each in trials]
    return arm(name, scores, "default", trials=trials)


def _curves(tuned, rope=0.1, sign=1):
    contest = Contest([tuned, arm(CONSTANT, scored(30.0))], sign < 0, 0.25, 0.95, rope)
    return {each.parameter: each for each in sensitivity(contest, [MLP])}


def _valley(decades):
    """A flat ground one decade wide, then 3 for each decade beyond."""
    return 10 + 3 * max(0.0, abs(decades) - 0.5)


def test_the_curve_falls_into_the_valley_and_its_width_is_that_of_the_ground():
    found = _curves(_tuned(_valley, settings=60))["learning_rate"]
    assert found.scale == "log"
    metrics = [point.metric for point in found.points]
    best = found.points[int(np.argmin(metrics))]
    assert 1e-3 < best.value < 1e-1
    assert best.metric == pytest.approx(10 + HARD.mean(), abs=0.05)
    assert metrics[0] > 12
    assert metrics[-1] > 12
    assert 0.6 < found.width < 2.2  # a decade, with bins of two thirds of one at either side
    assert [point.trials for point in found.points] == [10 * FOLDS] * 6


def test_what_does_nothing_may_be_missed_by_all_that_was_searched():
    found = _curves(_tuned(_valley))
    for name, span in {"weight_decay": 4, "dropout": 0.5}.items():
        assert 0.85 * span < found[name].width <= span


@pytest.mark.parametrize("settings", [8, 12, 24])
def test_a_parameter_that_does_nothing_seldom_seems_to_matter(settings):
    """The learning rate spoils many settings; the others only stand beside it. 5 % are allowed."""
    narrow = sum(
        found["weight_decay"].width < 2 for found in (
            _curves(_tuned(_valley, settings, seed=seed, folds=5)) for seed in range(40)
        )
    )  # fmt: skip
    assert narrow <= 6


def test_a_narrow_valley_is_told_and_a_wide_one_is_not():
    steep = judged([_tuned(lambda far: 10 + 3 * abs(far), 24), arm(CONSTANT, scored(30.0))],
                   learners=[MLP], rope=0.1)  # fmt: skip
    flat = judged([_tuned(lambda far: 10.0, 24), arm(CONSTANT, scored(30.0))], learners=[MLP])
    assert "the good values of its learning rate lie within a factor of" in " ".join(steep.caveats)
    assert "at the end of what was searched" not in " ".join(steep.caveats)
    assert "sensitive" not in " ".join(flat.caveats)


def test_good_values_at_the_end_of_what_was_searched_are_told():
    found = judged([_tuned(lambda far: 10 - 3 * far, 24), arm(CONSTANT, scored(30.0))],
                   learners=[MLP], rope=0.1)  # fmt: skip
    assert "at the end of what was searched" in " ".join(found.caveats)


def test_where_more_is_better_the_curve_is_that_of_the_metric():
    found = _curves(_tuned(lambda far: -_valley(far), 60), sign=-1)
    best = max(found["learning_rate"].points, key=lambda point: point.metric)
    assert 1e-3 < best.value < 1e-1
    assert found["learning_rate"].width < 2.2


def test_too_few_settings_and_words_make_no_curve():
    assert _curves(_tuned(_valley, settings=3)) == {}
    trials = [[trial(1, 1, optimizer=name, on=name < "e") for name in "abcdefgh"]] * FOLDS
    assert _curves(arm("SquaredError", scored(1), trials=trials)) == {}


def test_trials_that_failed_are_left_out():
    whole, part = _tuned(_valley, 12), _tuned(_valley, 12)
    trials = [[*fold.trials, trial(np.nan, np.nan, learning_rate=1.0)] for fold in part.folds]
    part = arm("SquaredError", [fold.score for fold in part.folds], "default", trials=trials)
    assert _curves(part) == _curves(whole)


def test_promise_and_fulfilment_are_of_the_selected_trials():
    trials = [[trial(3.0, 5.0), trial(1.0, 4.0), trial(2.0, 3.0)],
              [trial(2.0, 2.0), trial(2.5, 6.0), trial(np.nan, 1.0)]]  # fmt: skip
    found = optimism(Contest([arm("a", [4.0, 2.0], trials=trials)], False, 0.25, 0.95))[0]
    assert (found.promised, found.kept) == (1.5, 3.0)
    # one trial: the mean of all (4 and 4); two: (4 + 4 + 3)/3 and 2
    assert found.expected == pytest.approx((4.0, (11 / 3 + 2) / 2))


def test_the_expected_best_is_the_mean_over_all_choices_of_trials():
    outer = np.random.default_rng(0).normal(size=7)
    for allowed in range(1, 8):
        chosen = [outer[min(each)] for each in combinations(range(7), allowed)]
        assert len(chosen) == comb(7, allowed)
        assert expected_best(outer, allowed) == pytest.approx(np.mean(chosen))


def test_a_tuned_score_that_promised_too_much_is_told():
    random = np.random.default_rng(0)
    trials = [[trial(*(10 + random.normal(size=2)), learning_rate=1.0) for _ in range(20)]
              for _ in range(FOLDS)]  # fmt: skip
    scores = [min(each, key=lambda one: one.inner).outer for each in trials]
    found = judged([arm("SquaredError", scores, "default", trials=trials),
                    arm(CONSTANT, scored(30.0))])  # fmt: skip
    assert "Tuning flatters: the selected trials of SquaredError promised mae 7.947" in (
        " ".join(found.caveats)
    )
    honest = judged([_tuned(_valley), arm(CONSTANT, scored(30.0))])
    assert "Tuning flatters" not in " ".join(honest.caveats)


def test_a_promise_that_is_broken_in_some_folds_and_outdone_in_others_is_not_told():
    gaps = [4.0, -3.0, 5.0, -2.0, 3.0]
    trials = [[trial(10.0, 10.0 + gap), trial(11.0, 11.0)] for gap in gaps]
    found = judged([arm("SquaredError", [10 + gap for gap in gaps], "default", trials=trials),
                    arm(CONSTANT, [30.0] * 5)])  # fmt: skip
    assert found.optimism[0].kept - found.optimism[0].promised > 5 * found.rope
    assert "Tuning flatters" not in " ".join(found.caveats)


def test_what_stays_of_a_lead_is_all_where_arms_differ_and_little_where_they_do_not():
    def stays(means, noise):
        given = arms(*((str(place), mean) for place, mean in enumerate(means)), noise=noise)
        return shrinkage(Contest(given, False, 0.25, 0.95))

    assert stays((10, 12, 14, 16), 0.1) > 0.99
    assert np.isnan(stays((10, 12), 0.1))


def test_half_of_a_lead_stays_where_half_of_the_spread_is_noise():
    random, shares = np.random.default_rng(0), []
    for _ in range(100):
        means = random.normal(size=(12, 1)) / FOLDS**0.5  # as wide as the noise of a mean
        scores = means + random.normal(size=(12, FOLDS))
        given = [arm(str(place), row) for place, row in enumerate(scores)]
        shares.append(shrinkage(Contest(given, False, 1e-9, 0.95)))
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)  # cut off at 0 and 1, and of few arms


def test_of_a_lead_that_may_be_luck_it_is_told_how_much_is_likely_to_stay():
    given = arms(("SquaredError", 10.0), *((name, 10.0) for name in "bcdefg"), ("h", 9.5),
                 noise=0.35)  # fmt: skip
    assert "of its lead over the average of the losses expect" in " ".join(judged(given).caveats)
    sure = arms(("SquaredError", 10.0), ("b", 9.5), ("h", 9.0), noise=0.01)
    assert "expect" not in " ".join(judged(sure).caveats)
