"""Who leads, who can be told apart, whom to take, how sure one may be, and how it is said."""

import numpy as np
import pytest
from scipy import stats

from lossary.lab.verdict.words import CONSTANT
from lossary.records import VerdictRecord
from lossary.records.plain import _built, _plain
from tests.lab.contests import FOLDS, arm, arms, judged, row, scored

NAN = float("nan")


def test_intervals_against_the_leader_hold_over_all_pairs_of_arms():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 10.2), ("LogCosh", 11.0), noise=0.3))
    behind = scored(11.0, 0.3, 2) - scored(10.0, 0.3, 0)  # three arms: three pairs
    scale = behind.std(ddof=1) * (1 / FOLDS + 0.25) ** 0.5
    reach = stats.t.ppf(1 - 0.025 / 3, FOLDS - 1) * scale
    last = row(found, "LogCosh")
    assert (last.low, last.high) == pytest.approx((behind.mean() - reach, behind.mean() + reach))
    assert (found.leader, last.difference) == ("SquaredError", pytest.approx(behind.mean()))


def test_the_constant_needs_to_be_beaten_from_one_side_only():
    """Of three losses any may lead; one end of the interval counts."""
    losses = ("SquaredError", 10.0), ("Huber", 10.2), ("LogCosh", 10.3)
    found = judged(arms(*losses, constant=10.6, noise=0.3))
    behind = scored(10.6, 0.3, 99) - scored(10.0, 0.3, 0)
    scale = behind.std(ddof=1) * (1 / FOLDS + 0.25) ** 0.5
    reach = stats.t.ppf(1 - 0.05 / 3, FOLDS - 1) * scale
    assert row(found, CONSTANT).low == pytest.approx(behind.mean() - reach)


def test_gains_over_the_default_are_tested_once_for_each_other_arm():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.9), ("LogCosh", 9.8), noise=0.1))
    gain = scored(10.0, 0.1, 0) - scored(9.9, 0.1, 1)
    scale = gain.std(ddof=1) * (1 / FOLDS + 0.25) ** 0.5
    alone = 2 * stats.t.sf(abs(gain.mean() / scale), FOLDS - 1)
    huber = row(found, "Huber")  # the last of three, so that Holm leaves it as it is
    assert huber.gain == pytest.approx(gain.mean())
    assert huber.p == pytest.approx(max(alone, row(found, "LogCosh").p))
    assert huber.better + huber.same + huber.worse == pytest.approx(1)
    assert np.isnan([getattr(row(found, "SquaredError"), each) for each in ("p", "better")]).all()


def test_the_region_of_equivalence_is_a_hundredth_of_what_the_default_learnt():
    given = arms(("SquaredError", 10.0), ("Huber", 8.0), constant=30.0, noise=0.0)
    assert judged(given).rope == pytest.approx(0.2)
    assert judged(given, rope=3.0).rope == 3.0
    turned = arms(("SquaredError", 30.0), ("Huber", 32.0), constant=10.0, noise=0.0)
    assert judged(turned, greater_is_better=True).rope == pytest.approx(0.2)


def test_a_clear_winner_is_named_with_the_gap():
    found = judged(arms(("SquaredError", 15.0), ("Huber", 10.0)))
    assert (found.leader, found.recommended) == ("Huber", "Huber")
    assert "Huber is best" in found.sentence
    assert "SquaredError, the default, is worse by 4.98" in found.sentence
    assert found.advice == "Take Huber."
    assert found.sure.startswith(
        "Very sure: Huber is better than SquaredError by at least 4.91 (33 %)"
    )
    assert found.beats_constant


def test_no_difference_is_an_answer():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.5), noise=0.8))
    assert found.leader == "Huber"
    assert found.sentence.startswith("No difference: the two losses cannot be told apart")
    assert found.advice.startswith("Take SquaredError: it is the default for this metric")
    assert "the gain of Huber over SquaredError lies between -" in found.sure


def test_a_difference_that_does_not_matter_is_no_reason_to_change():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.99), noise=1e-4))
    assert row(found, "Huber").p < 0.01
    assert row(found, "Huber").same > 0.99
    assert found.recommended == "SquaredError"
    assert "too small to matter" in " ".join(found.caveats)


def test_one_may_be_sure_that_no_other_is_better_by_what_matters():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.99), noise=0.03))
    assert found.sentence.startswith("No difference")
    assert found.sure == "Sure that no other is better by an amount that matters (0.1 or more)."


def test_one_may_be_sure_that_all_others_are_worse():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 12.0), ("LogCosh", 11.0), noise=0.1))
    gain = scored(10.0, 0.1, 0) - scored(11.0, 0.1, 2)
    scale = gain.std(ddof=1) * (1 / FOLDS + 0.25) ** 0.5
    least = -(gain.mean() + stats.t.ppf(0.975, FOLDS - 1) * scale)
    assert found.sure.startswith(
        f"Sure: every other is worse than SquaredError by at least {least:.3g} ("
    )


def test_more_is_better_where_the_metric_says_so():
    given = arms(("Exponential", 10.0), ("Hinge", 15.0), constant=2.0)
    found = judged(given, greater_is_better=True)
    assert (found.leader, found.recommended) == ("Hinge", "Hinge")
    assert [each.difference > 0 for each in found.standings] == [False, True, True]
    assert row(found, "Hinge").gain == pytest.approx(5, abs=0.1)
    assert "by at least 4.96. " in found.sure  # no share of a metric of which more is better


def test_a_loss_that_does_not_beat_the_constant_is_told_to():
    found = judged(arms(("SquaredError", 10.1), ("Huber", 10.0), noise=0.5, constant=10.05))
    assert not found.beats_constant
    assert found.sentence.startswith("No loss can be told to beat the best constant")
    assert found.advice.startswith("Look at the features")
    assert found.sure.startswith("Not sure that anything was learnt")


def test_where_the_constant_leads_the_best_that_learns_is_still_named():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.0), constant=5.0))
    assert (found.leader, found.recommended) == (CONSTANT, "Huber")
    assert found.sentence == "No loss can be told to beat the best constant prediction."


def test_the_same_scores_under_two_names_are_no_difference():
    one = np.linspace(9, 11, 10)
    given = [arm("a", one, "default"), arm("b", one), arm(CONSTANT, one + 9)]
    found = judged(given)
    assert [each.together for each in found.standings] == [True, True, False]
    assert (found.standings[1].difference, row(found, "b").p) == (0, 1)
    assert found.recommended == "a"


def test_an_arm_that_failed_in_a_fold_comes_last_and_is_named():
    scores = scored(1.0)
    scores[3] = NAN
    found = judged([arm("PoissonNLL", scores), *arms(("SquaredError", 10.0), ("Huber", 15.0))])
    assert found.leader == "SquaredError"
    assert found.standings[-1].arm == "PoissonNLL"
    assert not found.standings[-1].together
    assert found.sentence.endswith("; PoissonNLL failed.")
    assert found.caveats[0].startswith("PoissonNLL failed on 1 of 15 folds")


def test_infinite_scores_have_failed_too():
    found = judged([*arms(("SquaredError", 10.0)), arm("Huber", np.full(FOLDS, -np.inf))])
    assert (found.leader, found.standings[-1].arm) == ("SquaredError", "Huber")


def test_where_the_default_failed_another_is_taken_and_it_is_said():
    given = [arm("SquaredError", scored(NAN), "default"), arm("Huber", scored(10.0)),
             arm("LogCosh", scored(10.01)), arm(CONSTANT, scored(20.0))]  # fmt: skip
    found = judged(given)
    assert (found.default, found.recommended) == ("SquaredError", "Huber")
    assert "SquaredError, the default, failed" in found.sure
    assert found.rope == pytest.approx(0.1, rel=0.1)


def test_where_all_failed_the_constant_is_left():
    found = judged([arm("SquaredError", scored(NAN), "default"), arm(CONSTANT, scored(20.0))])
    assert (found.leader, found.recommended) == (CONSTANT, CONSTANT)
    assert found.sentence.startswith("Every one of the losses failed")


def test_on_a_single_fold_nothing_is_told_apart():
    found = judged([arm("SquaredError", [10.0], "default"), arm("Huber", [1.0]),
                    arm(CONSTANT, [20.0])])  # fmt: skip
    assert "on a single fold nothing can be told apart" in found.sentence
    assert found.recommended == "SquaredError"
    assert found.sure.startswith("Not sure at all")
    assert all(each.together for each in found.standings)


def test_a_single_loss_is_held_against_the_constant():
    assert "beats the best constant" in judged(arms(("Huber", 10.0))).sentence


def test_a_constant_without_a_value_stops_nothing():
    given = [*arms(("SquaredError", 10.0), ("Huber", 15.0))[:-1], arm(CONSTANT, scored(NAN))]
    found = judged(given)
    assert found.sentence == "SquaredError is best (mae 9.853); Huber is worse by 5.02."
    assert found.caveats[0].startswith("the best constant has no value on 15 of 15 folds")


def test_the_words_survive_being_written_and_read():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.9), noise=0.5))
    again = _built(VerdictRecord, _plain(found))
    assert again.sentence == found.sentence
    assert repr(again) == repr(found)


def test_how_many_more_folds_would_tell_is_what_makes_the_interval_leave_out_zero():
    given = arms(("SquaredError", 10.0), ("Huber", 9.7), noise=0.36)
    found = judged(given, ratio=0.02)
    assert "If the gain is as it seems, 2 times as many repeats would show it." in found.sure
    gain = scored(10.0, 0.36, 0) - scored(9.7, 0.36, 1)

    def least(times):
        folds = FOLDS * times
        scale = gain.std(ddof=1) * (1 / folds + 0.02) ** 0.5
        return gain.mean() - stats.t.ppf(1 - 0.025, folds - 1) * scale

    assert least(1) < 0 < least(2)


def test_repeats_do_not_make_up_for_rows():
    found = judged(arms(("SquaredError", 10.0), ("Huber", 9.0), noise=0.8), ratio=1.0)
    assert "repeats on these rows would not show it; more rows might" in found.sure
