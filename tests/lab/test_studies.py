"""Whole studies: repeatable, honest about nothing found, and right where the answer is known."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import lossary
from lossary import lab
from lossary.lab.learners.lesson import Budget
from lossary.lab.protocol import planning
from lossary.lab.tasks.samples import TARGET
from lossary.lab.verdict.words import CONSTANT
from lossary.records import StudyRecord
from tests.lab.tables import SMALL, mixed, planned, real, small

ENDINGS = ("seconds", "created")


def _facts(record):
    """Return all that a record says, except how long it took and when."""

    def timeless(value):
        if isinstance(value, dict):
            return {k: timeless(v) for k, v in value.items() if k not in ENDINGS}
        return [timeless(each) for each in value] if isinstance(value, list) else value

    return timeless(json.loads(record.to_json()))


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("diabetes", "rmse"),
        ("breast_cancer", "f1"),
        ("breast_cancer", "roc_auc"),
        ("wine", "log_loss"),
        ("iris", "f1"),
        ("digits", "accuracy"),
        ("wine", "roc_auc"),
    ],
)
def test_every_proposed_loss_learns_something_of_real_data(name, metric):
    record = lab.run(planned(name, metric, folds=2, repeats=1))
    judge = lab.metric(metric)
    reached = {each.arm: each.mean for each in record.verdict.standings}
    constant = reached.pop(CONSTANT)
    assert len(reached) >= 2
    assert [name for name, mean in reached.items() if not judge.better(mean, constant)] == []


def test_a_table_of_every_kind_of_column_is_studied_from_a_file(tmp_path):
    path = tmp_path / "houses.csv"
    mixed().to_csv(path, index=False)
    plan = small(lab.plan(path, "price", "mae", "absolute error, msle", folds=3, repeats=1))
    record = lab.run(plan)
    assert record.data.name == "houses.csv"
    assert record.data.rows == 240
    assert {each.arm for each in record.verdict.standings} == {
        "AbsoluteError",
        "SquaredLogarithmicError",
        CONSTANT,
    }
    assert record.verdict.standings[-1].arm == CONSTANT


def test_a_study_can_be_repeated_to_the_last_digit_by_its_seed():
    one, again, other = (
        lab.run(planned("iris", "accuracy", "cross entropy", folds=2, repeats=1, seed=seed))
        for seed in (3, 3, 4)
    )
    assert _facts(one) == _facts(again)
    assert one.arms[0].folds != other.arms[0].folds


def test_two_arms_of_one_loss_are_the_same_and_no_difference():
    plan = planned("diabetes", "mae", "absolute error", folds=2, repeats=2)
    twin = replace(plan.arms[0], name="its twin")
    record = lab.run(replace(plan, arms=(plan.arms[0], twin)))
    one, other = ([each.score for each in arm.folds] for arm in record.arms[:2])
    assert one == other
    assert record.verdict.sentence.startswith("No difference")


def test_of_equals_the_best_reason_is_taken_in_whatever_order_they_are_named():
    for named in ("absolute error, squared error", "squared error, absolute error"):
        record = lab.run(planned("diabetes", "rmse", named, folds=2, repeats=2))
        assert record.verdict.sentence.startswith("No difference")
        assert record.verdict.advice.startswith("Take SquaredError")


def test_where_there_is_nothing_to_learn_no_loss_is_said_to_beat_the_constant():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(150, 4)), columns=list("abcd"))
    frame["y"] = random.normal(size=150)
    record = lab.run(small(lab.plan(frame, "y", "mae", folds=5, repeats=1)))
    assert not record.verdict.beats_constant
    assert record.verdict.sentence.startswith("No loss can be told to beat")


@pytest.mark.parametrize(
    ("metric", "winner"),
    [("mae", "AbsoluteError"), ("rmse", "SquaredError"), ("pinball(0.9)", "Quantile")],
)
def test_each_metric_of_a_skewed_target_is_won_by_the_loss_that_elicits_it(metric, winner):
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, (900, 2))
    # noise whose mean, median and upper quantile lie far apart: 1, 0.69 and 2.3
    y = 3 * x[:, 0] + np.sin(3 * x[:, 1]) + random.exponential(1.0, 900)
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y})
    losses = "squared error, absolute error, quantile(level=0.9)"
    plan = lab.plan(frame, "y", metric, losses, task="regression", repeats=1)
    plan = replace(plan, budget=Budget((0.01, 0.03), steps=150, batch=64, checks=6))
    record = lab.run(plan)
    assert record.verdict.leader.startswith(winner)
    quantile = next(each for each in record.verdict.standings if each.arm.startswith("Quantile"))
    assert quantile.together == (winner == "Quantile")


def test_a_loss_of_the_users_own_making_is_judged_too():
    mix = 0.5 * lossary.SquaredError() + 20.0 * lossary.AbsoluteError()
    record = lab.run(planned("diabetes", "mae", [mix, "huber"], folds=2, repeats=1))
    assert record.arms[0].name == repr(mix)
    assert record.arms[0].reason == "your choice"
    assert record.verdict.standings[-1].arm == CONSTANT


def test_progress_is_told_from_the_first_check_to_the_last():
    heard = []
    plan = planned("iris", "accuracy", "cross entropy", folds=2, repeats=1)
    lab.run(plan, lambda done, total, doing: heard.append((done, total, doing)))
    total = 2 * (SMALL.checks + 1)
    assert [(done, all_) for done, all_, _ in heard] == [(n + 1, total) for n in range(total)]
    assert heard[-1][2] == "fold 2, CrossEntropy"


def test_a_record_survives_its_way_to_a_file_and_back(tmp_path):
    record = lab.run(planned("breast_cancer", "f1", folds=2, repeats=1))
    path = record.write(tmp_path / "deep" / "down")
    assert StudyRecord.from_json(path.read_text(encoding="utf-8")) == record
    for arm in record.arms[:-1]:
        assert lossary.from_dict(arm.loss).label in arm.name
        assert all(fold.threshold is not None for fold in arm.folds)


def test_without_arguments_a_bundled_table_is_planned():
    plan = lab.plan()
    assert (plan.task.name, plan.task.metric.name) == (TARGET, "mae")
    assert (plan.folds, plan.repeats, plan.seed) == (5, 3, 0)
    assert plan.task.table.frame.shape == (442, 11)


def test_study_plans_runs_and_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "_LEAST_STEPS", 20)
    monkeypatch.setattr(planning, "_MOST_STEPS", 20)
    record = lab.study(real("iris"), "target", "accuracy", folds=2, repeats=1, out=tmp_path)
    assert StudyRecord.from_json((tmp_path / "record.json").read_text()) == record
    assert record.protocol.steps == 20


def test_very_many_rows_are_thinned_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(planning, "_MANY_ROWS", 100)
    plan = lab.plan(real("iris"), "target")
    assert len(plan.task.target) == 100
    assert "100 of 150 rows are used, drawn by chance" in plan.task.remarks


def test_a_large_table_is_planned_to_end_soon():
    few, many = (planning._budget(rows, 5) for rows in (442, 100_000))
    assert (few.steps, few.batch) == (500, 32)
    assert (many.steps, many.batch) == (3000, 256)
    assert few.learning_rates == many.learning_rates


def test_an_estimate_is_of_the_size_of_the_time_it_takes():
    plan = planned("diabetes", "mae", "absolute error", folds=2, repeats=2)
    plan = replace(plan, budget=replace(SMALL, steps=400, checks=20))
    guess, took = lab.estimate(plan), lab.run(plan).seconds
    assert took / 8 < guess < took * 8  # other work on the machine may come and go meanwhile


def test_a_target_must_be_named_for_a_table_of_ones_own():
    with pytest.raises(lossary.errors.ArgumentError, match="which column is the target"):
        lab.plan(mixed())
