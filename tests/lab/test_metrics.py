"""Metrics by name, and each at its best where its facts say it is."""

import numpy as np
import pytest

from lossary.errors import ArgumentError, NotFoundError
from lossary.heads import Answer
from lossary.lab.decision.judging import Judge
from lossary.lab.metrics.named import METRICS, metric

RANDOM = np.random.default_rng(0)
SKEWED = RANDOM.gamma(1.5, 2.0, 4001) + 0.05
ELICITED = {
    "mean": np.mean(SKEWED),
    "median": np.median(SKEWED),
    "quantile": np.quantile(SKEWED, 0.8),
    "mean of log(1 + target)": np.expm1(np.mean(np.log1p(SKEWED))),
}
OF_AMOUNTS = [each for each in METRICS if each.answer == "value"]
OF_CLASSES = [each for each in METRICS if each.answer != "value"]

by_name = {"ids": lambda each: each.name}


@pytest.mark.parametrize("row", METRICS, **by_name)
def test_a_metric_is_found_by_each_of_its_names(row):
    for name in (row.name, *row.aliases, row.name.upper().replace("_", " ")):
        assert metric(name) == row


def test_no_name_is_borne_by_two_metrics():
    names = [name for row in METRICS for name in (row.name, *row.aliases)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", ["pinball(0.8)", "pinball:0.8", "quantile( level=0.8 )"])
def test_a_level_can_be_written_behind_the_name(name):
    assert metric(name).level == 0.8


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        ("mea", NotFoundError, "mae"),
        ("", NotFoundError, "none of that name"),
        ("pinball(1.2)", ArgumentError, r"\(0, 1\), as in pinball\(0.5\)"),
        ("pinball(high)", ArgumentError, "must be a number"),
        ("mae(2)", ArgumentError, "write mae"),
    ],
)
def test_a_name_that_is_none_is_met_with_a_mend(name, error, told):
    with pytest.raises(error, match=told):
        metric(name)


@pytest.mark.parametrize(
    "row", [each for each in OF_AMOUNTS if each.elicits in ELICITED], **by_name
)
def test_a_metric_of_amounts_is_best_at_what_it_elicits(row):
    row = metric("pinball(0.8)") if row.name == "pinball" else row
    judge, best = Judge(row, 0, 0.0), ELICITED[row.elicits]

    def at(value):
        return judge.score(Answer(value=np.full(len(SKEWED), value)), SKEWED)

    # 3 % is more than the gap between two of 4001 targets, and less than between functionals
    assert row.better(at(best), at(best * 1.03))
    assert row.better(at(best), at(best * 0.97))


@pytest.mark.parametrize(
    ("row", "k"), [(row, 2 + ("multi" in kind)) for row in OF_CLASSES for kind in row.kinds]
)
def test_a_metric_of_classes_prefers_knowing_to_guessing(row, k):
    target = np.arange(60) % k
    right = np.where(np.eye(k)[target] > 0, 0.9, 0.1 / (k - 1))
    guess = np.roll(right, 7, axis=0)
    judge = Judge(row, k, 0.0)

    def score(chance):
        return judge.score(Answer(score=_scores(chance, k), probability=chance), target)

    assert row.better(score(right), score(guess))


def _scores(chance, k):
    return np.log(chance[:, 1] / chance[:, 0]) if k == 2 else np.log(chance)


def test_a_threshold_cuts_where_the_metric_is_best_and_never_between_equal_scores():
    score = np.array([0.9, 0.5, 0.5, 0.5, 0.1])
    target = np.array([1, 1, 1, 0, 0])
    judge = Judge(metric("f1"), 2, 0.0)
    cut = judge.threshold(Answer(score=score), target)
    assert cut == pytest.approx(0.3)
    assert judge.score(Answer(score=score), target, cut) == pytest.approx(6 / 7)
    # in whatever order the rows come
    assert judge.threshold(Answer(score=score[::-1]), target[::-1]) == cut


def test_to_say_yes_always_is_a_threshold_too():
    judge = Judge(metric("f1"), 2, 0.0)
    answer, target = Answer(score=np.array([0.1, 0.2, 0.3])), np.array([1, 0, 0])
    assert judge.threshold(answer, target) < 0.1


def test_what_is_not_finite_has_no_score():
    judge = Judge(metric("mae"), 0, 0.0)
    assert np.isnan(judge.score(Answer(value=np.array([1.0, np.nan])), np.ones(2)))


def test_no_amount_below_the_floor_is_reported_where_the_metric_wants_more_than_zero():
    target = np.array([1.0, 2.0, 3.0])
    judge = Judge(metric("poisson"), 0, 0.02)
    assert judge.score(Answer(value=np.array([-1.0, 2.0, 3.0])), target) == judge.score(
        Answer(value=np.array([0.02, 2.0, 3.0])), target
    )
