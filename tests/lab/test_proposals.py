"""Which losses are proposed, which are refused, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

import lossary
from lossary.core.references import all_references
from lossary.errors import ArgumentError, DomainError, NotFoundError
from lossary.lab.arms.arm import Facts
from lossary.lab.arms.fitting import head_for
from lossary.lab.arms.proposing import choose, propose
from lossary.lab.metrics.named import METRICS
from lossary.lab.rules.rules import RULES
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task

RANDOM = np.random.default_rng(0)
TARGETS = {
    "regression": RANDOM.normal(size=120),
    "positive": RANDOM.gamma(2.0, 1.0, 120) + 0.1,
    "nonnegative": np.maximum(RANDOM.normal(size=120), 0),
    "count": RANDOM.poisson(2.0, 120),
    "binary": np.arange(120) % 2,
    "multiclass": np.arange(120) % 3,
}
QUESTIONS = [
    (metric.name, kind)
    for metric in METRICS
    for kind in metric.kinds
    if not metric.target.outside(np, TARGETS[kind].astype(float)).any()
]


def _task(kind, metric):
    frame = pd.DataFrame({"feature": RANDOM.normal(size=120), "target": TARGETS[kind]})
    return read_task(table(frame), "target", metric, kind)


def _names(arms):
    return [arm.name for arm in arms]


@pytest.mark.parametrize(("metric", "kind"), QUESTIONS)
def test_for_every_question_losses_are_proposed_that_can_answer_it(metric, kind):
    task = _task(kind, metric)
    arms = propose(task)
    assert len(arms) >= 2
    assert len(set(_names(arms))) == len(arms)
    for arm in arms:
        assert head_for(arm.loss, task).outputs >= 1
        assert arm.reason
        assert arm.grade in "ABC"


@pytest.mark.parametrize(("metric", "kind"), QUESTIONS)
def test_the_first_proposal_has_a_theorem_behind_it_where_there_is_one(metric, kind):
    grades = [arm.grade for arm in propose(_task(kind, metric))]
    assert grades[0] == min(grades)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.elicits}-{rule.loss}")
def test_a_rule_of_grade_a_or_b_names_its_source_and_all_sources_can_be_found(rule):
    assert rule.cites or rule.grade == "C"
    assert set(rule.cites) - set(all_references()) == set()


@pytest.mark.parametrize(
    ("kind", "metric", "first"),
    [
        ("positive", "rmse", "SquaredError"),
        ("positive", "mae", "AbsoluteError"),
        ("positive", "pinball(0.9)", "Quantile(level=0.9)"),
        ("positive", "mape", "AbsolutePercentageError"),
        ("positive", "rmsle", "SquaredLogarithmicError"),
        ("count", "poisson", "PoissonNLL"),
        ("nonnegative", "tweedie(1.3)", "TweedieDeviance(power=1.3)"),
        ("binary", "f1", "BinaryCrossEntropy"),
        ("multiclass", "accuracy", "CrossEntropy"),
    ],
)
def test_the_loss_that_is_made_for_a_metric_stands_first(kind, metric, first):
    assert _names(propose(_task(kind, metric)))[0] == first


def test_names_are_read_as_people_write_them():
    arms = choose(_task("positive", "mae"), ["hubER", "L1", "quantile(level=0.4)", "MSE", "mse"])
    assert _names(arms) == [
        "Huber(delta=1.345·spread)",
        "AbsoluteError",
        "Quantile(level=0.4)",
        "SquaredError",
    ]


def test_a_loss_is_taken_as_it_stands():
    (arm,) = choose(_task("positive", "mae"), [lossary.Huber(delta=2.0)])
    assert arm.made(Facts(10.0, np.ones(1))) == (lossary.Huber(delta=2.0), 1.0)


def test_a_plain_huber_bends_where_training_residuals_say():
    (arm,) = choose(_task("positive", "mae"), ["huber"])
    loss, unit = arm.made(Facts(10.0, np.ones(1)))
    assert (loss.delta, unit) == (13.45, 1.0)


def test_a_loss_that_bends_at_one_sees_errors_in_units_of_the_spread():
    (arm,) = choose(_task("positive", "mae"), ["log cosh"])
    assert arm.made(Facts(10.0, np.ones(1))) == (lossary.LogCosh(), 10.0)


def test_balanced_weights_make_every_class_count_the_same():
    arm = next(each for each in propose(_task("multiclass", "balanced_accuracy")) if each.fitted)
    shares = np.array([0.5, 0.25, 0.25])
    loss, _ = arm.made(Facts(1.0, shares))
    assert np.allclose(np.array(loss.class_weight) * shares, 1 / 3)


@pytest.mark.parametrize(
    ("metric", "loss", "told"),
    [
        ("mae", "mse", "is the mean; mae rewards the median"),
        ("mae", "quantile(level=0.9)", "quantile at 0.9; mae rewards the median"),
        ("mae", "quantile(level=0.5)", ""),
        ("pinball(0.9)", "quantile(level=0.1)", "at 0.1; pinball rewards the quantile at 0.9"),
        ("rmse", "poisson", ""),
        ("rmse", "huber", "lies between mean and median"),
    ],
)
def test_a_loss_that_aims_elsewhere_is_told_to(metric, loss, told):
    (arm,) = choose(_task("positive", metric), [loss])
    assert told in arm.caution
    assert bool(told) == bool(arm.caution)


REFUSED = [
    ("positive", "mae", "hubr", NotFoundError, "Huber"),
    ("positive", "mae", "huber(2)", ArgumentError, "write huber\\(delta=…\\)"),
    ("positive", "mae", "huber(width=2)", ArgumentError, "takes delta"),
    ("positive", "mae", "huber(delta=-1)", DomainError, "delta"),
    ("positive", "mae", "huber(delta=2", ArgumentError, "cannot read"),
    ("positive", "mae", "hinge", ArgumentError, "is for classes"),
    ("positive", "mae", "triplet margin", ArgumentError, "compares rows with each other"),
    ("positive", "mae", "info nce", ArgumentError, "compares rows with each other"),
    ("regression", "mae", "poisson nll", ArgumentError, r"targets must lie in \[0, inf\)"),
    ("count", "mae", "mape", ArgumentError, "anything but 0"),
    ("binary", "accuracy", "huber", ArgumentError, "is for amounts"),
    ("binary", "accuracy", "zero one", ArgumentError, "no slope to follow"),
    ("binary", "log_loss", "hinge", ArgumentError, "gives no probability"),
    ("binary", "log_loss", "squared hinge", ArgumentError, "reach 0 and 1"),
    ("multiclass", "roc_auc", "hinge", ArgumentError, "gives no probability"),
]


@pytest.mark.parametrize(("kind", "metric", "loss", "error", "told"), REFUSED)
def test_a_loss_that_cannot_serve_is_refused_with_the_reason(kind, metric, loss, error, told):
    with pytest.raises(error, match=told):
        choose(_task(kind, metric), [loss])


def test_no_loss_at_all_is_refused():
    with pytest.raises(ArgumentError, match="none was named"):
        choose(_task("positive", "mae"), [])
