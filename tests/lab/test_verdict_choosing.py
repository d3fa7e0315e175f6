"""Which arm is taken: nothing unusual without a reason, and of what is left the simplest."""

from dataclasses import replace

import pytest

from lossary.lab.verdict.words import CONSTANT
from tests.lab.contests import arm, judged, scored

COSTS = {"linear": 0, "lightgbm": 1, "mlp": 2}
DEFAULT = "SquaredError", 10.0, {"role": "default"}
WORST = "SquaredError", 12.0, {"role": "default"}
FIELD = "SquaredError · untuned", 10.0, {"role": "field"}
LINEAR = {"learner": "linear"}
TREES = {"learner": "lightgbm"}
CLOSE, TOLD = 0.5, 0.02
SEVERAL = [DEFAULT, *[(name, 10.0, {}) for name in "bcdefg"], ("h", 9.5, {})]

TAKEN = {
    "the_default_where_nothing_is_shown_to_beat_it": (
        CLOSE, [DEFAULT, ("Huber", 9.9, {})], "SquaredError"),
    "its_loss_learnt_by_a_cheaper_learner": (
        0.1, [DEFAULT, ("SquaredError · linear", 9.98, LINEAR)], "SquaredError · linear"),
    "not_a_cheaper_learner_that_may_well_be_worse": (
        CLOSE, [DEFAULT, ("SquaredError · linear", 9.9, LINEAR)], "SquaredError"),
    "not_the_cheaper_learner_that_seems_worse": (
        CLOSE, [DEFAULT, ("SquaredError · linear", 10.6, LINEAR)], "SquaredError"),
    "no_other_loss_because_its_learner_is_cheaper": (
        CLOSE, [DEFAULT, ("Huber · linear", 9.9, LINEAR)], "SquaredError"),
    "the_cheapest_of_those_that_are_better": (
        TOLD, [DEFAULT, ("Huber", 9.0, {}), ("Huber · trees", 9.01, TREES)], "Huber · trees"),
    "not_the_cheapest_that_is_probably_behind_the_leader": (
        0.4, [WORST, ("Huber", 9.0, {}), ("Huber · linear", 9.3, LINEAR)], "Huber"),
    "the_cheapest_that_is_hardly_behind_the_leader": (
        0.3, [WORST, ("Huber", 9.0, {}), ("Huber · linear", 9.1, LINEAR)], "Huber · linear"),
    "the_better_reason_of_those_that_are_better": (
        TOLD, [DEFAULT, ("Hinge", 9.0, {"grade": "C"}), ("Huber", 9.01, {"grade": "B"})], "Huber"),
    "the_better_mean_where_reasons_are_alike": (
        TOLD, [DEFAULT, ("Huber", 9.03, {}), ("Hinge", 9.0, {})], "Hinge"),
    "the_tuned_one_before_the_untuned": (CLOSE, [FIELD, DEFAULT], "SquaredError"),
    "what_is_probably_better_though_it_is_not_shown": (
        0.35, SEVERAL, "h"),
    "the_leader_where_the_default_is_told_apart_from_it": (
        TOLD, [DEFAULT, ("Huber", 9.0, {"grade": ""})], "Huber"),
}  # fmt: skip


def _judged(noise, given, **more):
    made = [
        arm(name, scored(mean, noise, seed), **facts)
        for seed, (name, mean, facts) in enumerate(given)
    ]
    return judged([*made, arm(CONSTANT, scored(20.0, noise, 9))], costs=COSTS, **more)


@pytest.mark.parametrize(("noise", "given", "taken"), TAKEN.values(), ids=TAKEN.keys())
def test_there_is_taken(noise, given, taken):
    assert _judged(noise, given).recommended == taken


def test_an_arm_shown_better_by_less_than_matters_is_not_taken():
    given = [DEFAULT, ("Huber", 9.7, {})]
    assert _judged(TOLD, given).recommended == "Huber"
    kept = _judged(TOLD, given, rope=0.5)
    assert kept.recommended == "SquaredError"
    assert "by too little to matter" in kept.advice


def test_what_is_only_probable_is_said_to_be():
    found = _judged(0.35, SEVERAL)
    assert found.sentence.startswith("No difference is shown: the 8 losses cannot be told apart")
    assert "h is probably better than SquaredError, the default" in found.sentence
    assert found.advice == "Take h: it is probably better than SquaredError."
    assert found.sure.startswith("Probably, not surely: taken by itself, h is better")
    assert "picked out of 8, its gain may lie between -0.179" in found.sure


def test_an_arm_that_is_not_told_apart_may_still_be_probably_behind():
    found = _judged(0.4, TAKEN["not_the_cheapest_that_is_probably_behind_the_leader"][1])
    assert [each.together for each in found.standings] == [True, True, False, False]


def test_seconds_decide_nothing_since_they_differ_from_run_to_run():
    given = [arm("SquaredError", scored(10, 0.5), "default"), arm("Huber", scored(10, 0.5, 1))]
    slow = [replace(each, seconds=1e6 * (1 - place)) for place, each in enumerate(given)]
    assert repr(judged(given)) == repr(judged(slow))


def test_a_reason_for_another_learner_is_given():
    found = _judged(0.1, [DEFAULT, ("SquaredError · linear", 9.98, LINEAR)])
    assert found.sentence.startswith("No difference: the two arms cannot be told apart")
    assert found.advice.startswith(
        "Take SquaredError · linear: nothing is shown to beat it, and it is cheaper to keep"
    )


def test_the_default_that_is_beaten_is_named_though_the_leader_is_not_alone():
    found = _judged(0.1, [DEFAULT, ("Huber", 9.0, {}), ("LogCosh", 9.02, {})])
    assert "leads (mae" in found.sentence
    assert "SquaredError, the default, is worse by" in found.sentence
    assert found.advice == "Take Huber: it is better than SquaredError."


def test_a_simpler_arm_that_is_as_good_as_the_leader_is_said_to_be():
    found = _judged(TOLD, [DEFAULT, ("Huber", 9.0, {}), ("Huber · trees", 9.01, TREES)])
    assert found.leader == "Huber"
    assert found.advice == (
        "Take Huber · trees: it is better than SquaredError, and the simplest of those as good."
    )


def test_who_uses_an_arm_already_is_told_whether_to_change():
    mine = ("LogCosh", 10.05, {"role": "incumbent"})
    assert "Your LogCosh cannot be told apart from the best: there is no need to change" in (
        _judged(CLOSE, [DEFAULT, mine]).advice
    )
    assert "Your LogCosh is worse than the best by 1.06" in (
        _judged(TOLD, [DEFAULT, ("LogCosh", 11.05, {"role": "incumbent"})]).advice
    )
    assert "Your" not in _judged(CLOSE, [("LogCosh", 10.0, {"role": "incumbent"})]).advice


def test_a_cheaper_learner_that_is_as_good_is_a_sure_choice():
    found = _judged(0.001, [DEFAULT, ("SquaredError · linear", 10.01, LINEAR)])
    assert found.recommended == "SquaredError · linear"
    assert found.sure.startswith("Sure that SquaredError · linear and SquaredError do not differ")
