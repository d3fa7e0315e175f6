"""Of arms that are equally good the verdict tells hardly any apart, and the lab can test that."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks import null_studies
from benchmarks.null_studies import TESTS, scores_of_equals
from lossary.lab.verdict import ranking
from lossary.lab.verdict.differences import Difference
from lossary.lab.verdict.self_test import null_rate, self_test, told_apart
from lossary.lab.verdict.words import CONSTANT
from tests.lab.contests import arm, judged

MANY = 10 if os.environ.get("LOSSARY_DEEP") else 1  # what `make test-deep` asks for
CHANCE = 1e-3
"""So rarely a rate that is as allowed looks like more; seeds are fixed, so it is drawn once."""


def _too_many(told, studies, allowed=0.05):
    return stats.binomtest(int(told), studies, allowed, alternative="greater").pvalue < CHANCE


def _equals(arms, repeats):
    return lambda seed: scores_of_equals(seed, arms, repeats)


@pytest.mark.parametrize(("arms", "repeats"), [(2, 1), (2, 5), (6, 1), (6, 3)])
def test_of_equal_arms_one_is_told_apart_in_at_most_one_study_of_twenty(arms, repeats):
    found = null_rate(_equals(arms, repeats), 150 * MANY, 1 / 4)
    assert not _too_many(found.told, found.studies)
    assert found.passed


def test_the_usual_tests_raise_false_alarms_in_half_of_the_studies_and_the_corrected_one_does_not():
    """The table of Nadeau and Bengio's correction: ten runs of ten folds, two equal models."""
    drawn = [scores_of_equals(seed, 2, 10, 10) for seed in range(200 * MANY)]
    told = {
        name: np.mean([test(scores, 10) <= 0.05 for scores in drawn])
        for name, test in TESTS.items()
    }
    assert told["paired t"] > 0.4
    assert told["Wilcoxon on folds"] > 0.4
    assert told["Wilcoxon on means of runs"] > 0.7
    assert not _too_many(told["corrected t (Nadeau and Bengio)"] * len(drawn), len(drawn))


def _single(interval):
    return lambda self, level, comparisons=1: interval(self, level)


def test_without_the_correction_for_shared_rows_equal_arms_are_told_apart():
    scores = [scores_of_equals(seed, 6, 3) for seed in range(100)]
    assert _too_many(sum(told_apart(each, 1e-9) for each in scores), 100, 0.3)


def test_without_the_correction_for_many_arms_equal_arms_are_told_apart(monkeypatch):
    monkeypatch.setattr(Difference, "interval", _single(Difference.interval))
    monkeypatch.setattr(ranking, "adjusted", lambda values: list(values))
    scores = [scores_of_equals(seed, 6, 5) for seed in range(150)]
    assert _too_many(sum(told_apart(each, 1 / 4) for each in scores), 150, 0.08)


def _led_apart(comparisons, arms=6, folds=15, studies=4000):
    """Return in how many studies of equal arms, with folds that share no row, the leader leads."""
    scores = np.random.default_rng(1).normal(size=(studies, arms, folds))
    leader = scores.mean(axis=2).argmin(axis=1)
    behind = scores - scores[np.arange(studies), leader][:, None]
    deviation = np.where(behind.any(axis=2), behind.std(axis=2, ddof=1), np.inf)
    found = behind.mean(axis=2) / deviation * folds**0.5
    quantile = stats.t.ppf(1 - 0.05 / 2 / comparisons, folds - 1)
    return (found.max(axis=1) > quantile).sum(), studies


def test_that_the_leader_was_picked_because_it_leads_takes_all_pairs_of_arms():
    assert not _too_many(*_led_apart(15))
    assert _too_many(*_led_apart(5), 0.08)  # Dunnett's comparisons are with an arm named beforehand


def test_an_alarm_is_also_where_only_the_default_is_told_from_another():
    scores = scores_of_equals(32, 6, 3)
    given = [arm(str(number), row) for number, row in enumerate(scores)]
    found = judged([*given, arm(CONSTANT, scores[0] + 50)])
    assert all(each.together for each in found.standings if each.arm != CONSTANT)
    assert any(each.p <= 0.05 for each in found.standings if each.arm != CONSTANT)
    assert told_apart(scores, 1 / 4)


def test_copies_of_one_arm_are_paired_within_each_repeat():
    scores = np.random.default_rng(0).normal(size=(9, 15))  # the ninth copy has no partner
    found = self_test(scores, 1 / 4, repeats=3)
    assert found.studies == 4 * 3
    assert found.told == sum(
        told_apart(scores[2 * pair : 2 * pair + 2, 5 * at : 5 * at + 5], 1 / 4)
        for pair in range(4)
        for at in range(3)
    )


def test_copies_that_differ_are_found_out_and_the_verdict_is_not_to_be_trusted():
    scores = np.random.default_rng(0).normal(size=(8, 15)) + 20 * (np.arange(8) % 2)[:, None]
    found = self_test(scores, 1 / 4, repeats=3)
    assert found.told == found.studies == 12
    assert not found.passed
    assert "do not trust the verdict" in found.sentence


def test_a_few_studies_without_an_alarm_do_not_pass_for_a_proof():
    found = self_test(np.zeros((8, 15)), 1 / 4, repeats=3)
    assert (found.told, found.low, found.passed) == (0, 0.0, True)
    # Clopper and Pearson: 1 - 0.025^(1/12)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 12))
    assert "so few studies cannot tell" in found.sentence
    assert null_rate(lambda seed: np.zeros((2, 5)), 100, 1 / 4).high < 0.05


KEPT = Path(null_studies.__file__).parent / "results" / "null_studies"


def test_the_thousands_of_studies_that_are_kept_hold_the_level():
    found = json.loads(KEPT.with_suffix(".json").read_text("utf-8"))
    verdicts = [each for each in found["rows"] if each["test"] == "the verdict"]
    assert len(verdicts) == len(null_studies.VERDICTS)
    assert all(each["rate"] <= 0.05 for each in verdicts)
    assert KEPT.with_suffix(".md").read_text("utf-8") == null_studies.page(found)


def test_an_arm_that_is_better_indeed_is_found_and_taken(monkeypatch):
    monkeypatch.setattr(null_studies, "GAINS", [(2, 3, 0.0), (2, 3, 2.0)])
    none, much = null_studies.by_gain(20)
    assert none["shown"] <= 0.1
    assert none["kept"] >= 0.9
    assert (much["shown"], much["taken"]) == (1, 1)
