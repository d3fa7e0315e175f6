"""Whether the better of two losses depends on the optimizer or the learner."""

import numpy as np
import pytest
from scipy import stats

from lossary.lab.verdict.contest import CONSTANT, Contest
from lossary.lab.verdict.interaction import interactions
from tests.lab.contests import FOLDS, arm, judged, scored

NOISE = 0.1


def _crossed(means, factor="optimizer", levels=("", "SGD"), noise=NOISE):
    """Return two losses with two levels of a factor; the first of all is the default."""
    made, role = [], "default"
    for loss, row in means.items():
        for level, mean in zip(levels, row, strict=True):
            name = f"{loss} · {level}" if level and level != "mlp" else loss
            made.append(arm(name, scored(mean, noise, len(made)), role, **{factor: level}))
            role = ""
    return [*made, arm(CONSTANT, scored(30.0))]


def test_a_loss_that_gains_with_one_optimizer_only_is_found_and_said():
    found = judged(_crossed({"SquaredError": (10, 10), "Huber": (8, 10)}))
    (crossed,) = found.interaction
    assert crossed.found
    assert (crossed.losses, crossed.factor) == (("Huber", "SquaredError"), "optimizer")
    assert (crossed.first, crossed.second) == ("the learner's own optimizer", "SGD")
    assert "It depends on the optimizer: over SquaredError, Huber gains 1.9" in (
        " ".join(found.caveats)
    )
    assert "more with the learner's own optimizer than with SGD" in " ".join(found.caveats)


def test_a_loss_that_gains_less_with_the_first_is_found_too():
    found = judged(_crossed({"SquaredError": (10, 10), "Huber": (10, 8)}))
    assert found.interaction[0].found
    assert "more with SGD than with the learner's own optimizer" in " ".join(found.caveats)


def test_the_interval_is_that_of_the_difference_of_gains():
    found = judged(_crossed({"SquaredError": (10, 10.5), "Huber": (9.9, 10)})).interaction[0]
    own, sgd, huber, both = (
        scored(mean, NOISE, seed) for seed, mean in enumerate((10, 10.5, 9.9, 10))
    )
    gain = (own - huber) - (sgd - both)
    reach = gain.std(ddof=1) * (1 / FOLDS + 0.25) ** 0.5 * stats.t.ppf(0.975, FOLDS - 1)
    assert found.difference == pytest.approx(gain.mean())
    assert (found.low, found.high) == pytest.approx((gain.mean() - reach, gain.mean() + reach))


def test_a_loss_that_gains_alike_is_not_found_and_nothing_is_said():
    found = judged(_crossed({"SquaredError": (10, 12), "Huber": (8, 10)}))
    assert not found.interaction[0].found
    assert "depends" not in " ".join(found.caveats)


def test_where_more_is_better_a_gain_is_still_a_gain():
    given = _crossed({"SquaredError": (10, 10), "Huber": (12, 10)})
    (crossed,) = judged(given, greater_is_better=True).interaction
    assert crossed.difference == pytest.approx(2, abs=0.1)


def test_learners_are_crossed_too():
    means = {"SquaredError": (10, 9), "Huber": (8, 9)}
    (crossed,) = judged(_crossed(means, "learner", ("mlp", "lightgbm"))).interaction
    assert (crossed.factor, crossed.first, crossed.second) == ("learner", "mlp", "lightgbm")
    assert crossed.found


def test_what_was_not_crossed_is_not_compared():
    given = _crossed({"SquaredError": (10, 10), "Huber": (8, 10)})
    assert judged([given[0], given[2], given[-1]]).interaction == ()
    assert judged([given[0], given[1], given[2], given[-1]]).interaction == ()


def _found_by_chance(studies=200):
    """Return in how many studies an interaction is found where nothing but noise is crossed."""
    random, found = np.random.default_rng(0), 0
    given = _crossed(dict.fromkeys("abcdef", (10, 10)))[:-1]
    for _ in range(studies):
        drawn = [arm(each.name, random.normal(size=FOLDS), each.role, each.learner, each.optimizer)
                 for each in given]  # fmt: skip
        found += any(one.found for one in interactions(Contest(drawn, False, 1e-9, 0.95)))
    return stats.binomtest(found, studies, 0.05, alternative="greater").pvalue


def test_of_many_losses_that_gain_alike_one_is_found_in_at_most_one_study_of_twenty(monkeypatch):
    assert _found_by_chance() > 1e-3
    monkeypatch.setattr(
        "lossary.lab.verdict.interaction.intervals",
        lambda each, level: [one.interval(level) for one in each],
    )
    assert _found_by_chance() < 1e-3  # without Holm's adjustment
