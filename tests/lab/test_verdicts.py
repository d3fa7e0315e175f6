"""What can be told apart, how often that is wrong, and how it is said."""

import numpy as np
import pytest

from lossary.lab.metrics.named import metric
from lossary.lab.verdict.ranking import interval, verdict
from lossary.lab.verdict.words import CONSTANT

MAE, ACCURACY = metric("mae"), metric("accuracy")
FOLDS = np.array([10.0, 11.0, 9.0, 10.5, 9.5])


def _verdict(*means, judge=MAE, noise=0.1, constant=20.0):
    random = np.random.default_rng(0)
    scores = {name: FOLDS - 10 + mean + noise * random.normal(size=5) for name, mean in means}
    return verdict(
        scores | {CONSTANT: FOLDS - 10 + constant}, judge, 5, [name for name, _ in means]
    )


def test_the_interval_is_that_of_nadeau_and_bengio():
    differences = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    low, high = interval(differences, 0.2, 0.95)
    # s = sqrt(2.5), 1/5 + (1/5)/(4/5) = 0.45, and t at 97.5 % with four degrees is 2.7764451
    assert (low, high) == pytest.approx(
        (3 - 2.7764451 * (2.5 * 0.45) ** 0.5, 3 + 2.9448646), rel=1e-6
    )


def test_several_intervals_that_hold_together_are_wider():
    one, six = (interval(FOLDS, 0.2, 0.95, each) for each in (1, 6))
    assert six[0] < one[0] < one[1] < six[1]


def _scores_of_equals(arms, random, rows=150, folds=5):
    """Return the errors over folds of models that differ only in which third of the truth they see.

    The target is the sum of all features and noise; each model regresses it on three features of
    its own. No model is better than another, and folds share training rows as in a study.
    """
    features = random.normal(size=(arms, rows, 3))
    target = features.sum(axis=(0, 2)) + random.normal(size=rows)
    fold = random.permutation(rows) % folds
    scores = np.empty((arms, folds))
    for arm, each in np.ndindex(arms, folds):
        seen, judged = features[arm][fold != each], features[arm][fold == each]
        weights = np.linalg.lstsq(seen, target[fold != each], rcond=None)[0]
        scores[arm, each] = np.abs(judged @ weights - target[fold == each]).mean()
    return {str(arm): row for arm, row in enumerate(scores)}


def _false_alarms(arms, studies=400):
    """Return the share of studies in which one of several equal arms is told apart."""
    random = np.random.default_rng(arms)
    found = (
        verdict(_scores_of_equals(arms, random), MAE, 5, list("012345")) for _ in range(studies)
    )
    return np.mean([not all(each.together for each in one.standings) for one in found])


@pytest.mark.parametrize("arms", [2, 6])
def test_of_equal_models_one_is_told_apart_in_at_most_one_study_of_twenty(arms):
    assert _false_alarms(arms) <= 0.05


LAXER = {
    "neither": (lambda each, share, level, count: interval(each, 1e-9, level), 0.3),
    "only_for_shared_rows": (lambda each, share, level, count: interval(each, share, level), 0.1),
}


@pytest.mark.parametrize(("laxer", "alarms"), LAXER.values(), ids=LAXER.keys())
def test_without_both_corrections_six_equal_models_raise_many_more_alarms(
    laxer, alarms, monkeypatch
):
    monkeypatch.setattr("lossary.lab.verdict.ranking.interval", laxer)
    assert _false_alarms(6) > alarms


def test_a_clear_winner_is_named_with_the_gap():
    found = _verdict(("Huber", 10.0), ("SquaredError", 15.0))
    assert found.leader == "Huber"
    assert "Huber is best" in found.sentence
    assert "SquaredError is worse by" in found.sentence
    assert found.advice == "Take Huber."
    assert found.beats_constant


def test_no_difference_is_an_answer():
    found = _verdict(("SquaredError", 10.01), ("Huber", 10.0), noise=1.0)
    assert found.sentence.startswith("No difference: the two losses cannot be told apart")
    assert found.advice.startswith("Take SquaredError")


def test_those_in_front_are_named_and_the_one_with_the_best_reason_is_advised():
    found = _verdict(("SquaredError", 10.2), ("Huber", 10.0), ("Hinge", 15.0), noise=0.3)
    assert "cannot be told apart from" in found.sentence
    assert "Hinge is worse by" in found.sentence
    assert found.advice.startswith("Take SquaredError")


def test_more_is_better_where_the_metric_says_so():
    found = _verdict(("Hinge", 15.0), ("Exponential", 10.0), judge=ACCURACY, constant=2.0)
    assert found.leader == "Hinge"
    assert [each.difference > 0 for each in found.standings] == [False, True, True]


def test_a_loss_that_does_not_beat_the_constant_is_told_to():
    found = _verdict(("Huber", 10.0), ("SquaredError", 10.1), noise=0.5, constant=10.05)
    assert not found.beats_constant
    assert found.sentence.startswith("No loss can be told to beat the best constant")


def test_the_same_scores_under_two_names_are_no_difference():
    found = verdict({"a": FOLDS, "b": FOLDS, CONSTANT: FOLDS + 9}, MAE, 5, ["a", "b"])
    assert [each.together for each in found.standings] == [True, True, False]
    assert found.standings[1].difference == 0


def test_an_arm_that_failed_comes_last_and_is_named():
    scores = {"Huber": FOLDS, "PoissonNLL": FOLDS * np.nan, CONSTANT: FOLDS + 9}
    found = verdict(scores, MAE, 5, ["PoissonNLL", "Huber"])
    assert found.leader == "Huber"
    assert found.standings[-1].arm == "PoissonNLL"
    assert not found.standings[-1].together
    assert "PoissonNLL failed" in found.sentence


def test_a_single_loss_is_held_against_the_constant():
    assert "beats the best constant" in _verdict(("Huber", 10.0)).sentence
