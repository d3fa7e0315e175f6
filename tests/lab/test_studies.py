"""Whole studies: repeatable, honest about nothing found, and right where the answer is known."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import lossary
from lossary import lab
from lossary.errors import ArgumentError, NotFoundError
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.timing import Costs
from lossary.lab.tasks import question as reading
from lossary.lab.verdict.words import CONSTANT
from lossary.records import StudyRecord
from tests.lab.frames import censored, labelled, mixed, real
from tests.lab.plans import planned, small

TIMES = ("seconds", "created")


def _facts(record):
    """Return all that a record says, except how long it took and when."""

    def timeless(value):
        if isinstance(value, dict):
            return {k: timeless(v) for k, v in value.items() if k not in TIMES}
        return [timeless(each) for each in value] if isinstance(value, list) else value

    return timeless(json.loads(record.to_json()))


def _run(plan, tmp_path, name="study"):
    return lab.run(plan, tmp_path / name)


@pytest.mark.parametrize(
    ("name", "metric", "learners"),
    [
        ("diabetes", "rmse", "mlp"),
        ("breast_cancer", "f1", "linear"),
        ("wine", "log_loss", "mlp"),
        ("iris", "f1", "lightgbm"),
        ("wine", "roc_auc", "xgboost"),
    ],
)
def test_every_proposed_loss_learns_something_of_real_data(tmp_path, name, metric, learners):
    record = _run(planned(name, metric, learners=learners), tmp_path)
    judge = lab.metric(metric)
    reached = {each.arm: each.mean for each in record.verdict.standings}
    constant = reached.pop(CONSTANT)
    assert len(reached) >= 2
    assert [name for name, mean in reached.items() if not judge.better(mean, constant)] == []


@pytest.mark.parametrize(
    ("frame", "asked"),
    [
        (censored, {"target": "time", "event": "died", "learners": "mlp, lightgbm, linear"}),
        (labelled, {"target": "a,b,c", "metric": "f1", "learners": "mlp, linear"}),
    ],
    ids=["survival", "labels"],
)
def test_other_kinds_of_target_are_studied_by_several_learners(tmp_path, frame, asked):
    table = frame(300)
    if asked["target"] not in table:
        asked = asked | {"target": ",".join(table.columns[-3:])}
    plan = small(lab.plan(table, folds=2, repeats=1, trials=1, **asked))
    record = _run(plan, tmp_path)
    assert {arm.learner for arm in record.arms[:-1]} >= {"mlp", "linear"}
    assert record.verdict.standings[-1].arm == CONSTANT


def test_a_table_of_every_kind_of_column_is_studied_from_a_file(tmp_path):
    path = tmp_path / "houses.csv"
    mixed().to_csv(path, index=False)
    asked = {"folds": 3, "repeats": 1, "trials": 2, "learners": "mlp, lightgbm"}
    plan = small(lab.plan(path, "price", "mae", "absolute error, msle", **asked))
    record = _run(plan, tmp_path)
    assert record.data.name == "houses.csv"
    assert record.data.rows == 240
    assert record.verdict.standings[-1].arm == CONSTANT
    trained = [arm for arm in record.arms if arm.loss is not None]
    for arm in trained:
        assert arm.portrait.rows == 240
        assert arm.portrait.pull[-1] == pytest.approx((1.0, 1.0))
        assert len(arm.portrait.residuals) == 10


def test_a_study_can_be_repeated_to_the_last_digit_by_its_seed(tmp_path):
    one, again, other = (
        _run(planned("iris", "accuracy", "cross entropy", seed=seed), tmp_path, name)
        for name, seed in (("one", 3), ("again", 3), ("other", 4))
    )
    assert _facts(one) == _facts(again)
    assert one.arms[0].folds != other.arms[0].folds


def test_two_arms_of_one_loss_are_the_same_and_no_difference(tmp_path):
    plan = planned("diabetes", "mae", "absolute error", repeats=2)
    twin = replace(plan.arms[0], name="its twin", role="")
    record = _run(replace(plan, arms=(plan.arms[0], twin)), tmp_path)
    one, other = ([each.score for each in arm.folds] for arm in record.arms[:2])
    assert one == other
    assert record.verdict.sentence.startswith("No difference")
    assert record.verdict.recommended == plan.arms[0].name


def test_where_there_is_nothing_to_learn_no_loss_is_said_to_beat_the_constant(tmp_path):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(150, 4)), columns=list("abcd"))
    frame["y"] = random.normal(size=150)
    asked = {"folds": 5, "repeats": 1, "trials": 2, "learners": "linear"}
    record = _run(lab.plan(frame, "y", "mae", **asked), tmp_path)
    assert not record.verdict.beats_constant


@pytest.mark.parametrize(
    ("metric", "winner"),
    [("mae", "AbsoluteError"), ("rmse", "SquaredError"), ("pinball(0.9)", "Quantile")],
)
def test_each_metric_of_a_skewed_target_is_won_by_the_loss_that_elicits_it(
    tmp_path, metric, winner
):
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, (900, 2))
    # noise whose mean, median and upper quantile lie far apart: 1, 0.69 and 2.3
    y = 3 * x[:, 0] + 2 * x[:, 1] + random.exponential(1.0, 900)
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y})
    losses = "squared error, absolute error, quantile(level=0.9)"
    asked = {"task": "regression", "repeats": 1, "trials": 2, "learners": "linear"}
    record = _run(lab.plan(frame, "y", metric, losses, hold_out=0, **asked), tmp_path)
    assert record.verdict.leader.startswith(winner)
    quantile = next(each for each in record.verdict.standings if each.arm.startswith("Quantile"))
    assert quantile.together == (winner == "Quantile")
    if winner == "AbsoluteError":
        assert record.verdict.recommended.startswith(winner)


def test_a_loss_of_the_users_own_making_is_judged_too(tmp_path):
    mix = 0.5 * lossary.SquaredError() + 20.0 * lossary.AbsoluteError()
    record = _run(planned("diabetes", "mae", [mix, "huber"]), tmp_path)
    own = next(arm for arm in record.arms if arm.name.startswith(repr(mix)))
    assert own.reason == "your choice"
    assert record.verdict.standings[-1].arm == CONSTANT


def test_losses_are_crossed_with_optimizers_and_their_interaction_is_told(tmp_path):
    plan = planned(
        "diabetes", "mae", "absolute error, squared error", optimizers="adamw, sgd", repeats=2
    )
    names = {arm.name for arm in plan.arms}
    assert len(names) >= 4
    record = _run(plan, tmp_path)
    assert {arm.optimizer.partition("(")[0] for arm in record.arms[:-1]} >= {"AdamW", "SGD"}
    assert record.verdict.interaction


def test_the_loss_of_today_is_named_in_the_study():
    plan = planned("diabetes", "mae", incumbent="quantile(level=0.4)")
    assert [arm.loss.level for arm in plan.arms if arm.role == "incumbent"] == [0.4]


def test_a_record_survives_its_way_to_a_file_and_back(tmp_path):
    record = _run(planned("breast_cancer", "f1"), tmp_path)
    read = StudyRecord.from_json((tmp_path / "study" / "record.json").read_text(encoding="utf-8"))
    assert _facts(read) == _facts(record)
    for arm in record.arms[:-1]:
        assert lossary.from_dict(arm.loss).label in arm.name
        assert all("threshold" in fold.decision for fold in arm.folds)


def test_sensitivity_and_optimism_are_read_from_the_trials(tmp_path):
    record = _run(planned("diabetes", "mae", "huber", trials=6, repeats=2), tmp_path)
    told = {(each.arm, each.parameter) for each in record.verdict.sensitivity}
    assert any(name.startswith("Huber") and of == "loss.delta" for name, of in told)
    assert any(of == "learning_rate" for _, of in told)
    assert {len(each.expected) for each in record.verdict.optimism} >= {6}


def test_without_arguments_a_bundled_table_is_planned():
    plan = lab.plan()
    assert (plan.task.name, plan.task.metric.name) == ("progression", "mae")
    assert (plan.folds, plan.repeats, plan.trials, plan.seed) == (5, 3, 8, 0)
    assert plan.arms[0].role == "default"
    assert {"field"} <= {arm.role for arm in plan.arms}
    assert set(plan.learners) == {"mlp", "lightgbm"}


def test_study_plans_runs_and_writes_and_is_taken_up_again(tmp_path):
    asked = {"folds": 2, "repeats": 1, "trials": 1, "learners": "linear", "out": tmp_path}
    record = lossary.study(real("iris"), "target", "accuracy", **asked)
    path = tmp_path / "record.json"
    written = path.stat().st_mtime_ns, (tmp_path / "trials.db").stat().st_size
    assert _facts(StudyRecord.from_json(path.read_text())) == _facts(record)
    again = lossary.study(real("iris"), "target", "accuracy", **asked)
    assert again.arms == record.arms
    assert (tmp_path / "trials.db").stat().st_size == written[1]


def test_very_many_rows_are_thinned_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(reading, "_MANY_ROWS", 100)
    task = lab.question(real("iris"), "target")
    assert len(task.target) == 100
    assert "100 of 150 rows are used, drawn by chance" in task.remarks


def test_a_budget_is_divided_once_and_remembered(tmp_path):
    plan = planned("diabetes", "mae", "huber", repeats=None, trials=None, budget=6.0)
    first, seconds = lab.afforded(plan, tmp_path)
    assert seconds > 0
    (tmp_path / "rung.json").write_text(
        (tmp_path / "rung.json").read_text().replace('"repeats": ', '"repeats": 1')
    )
    again, _ = lab.afforded(plan, tmp_path)
    assert again.repeats == int(f"1{first.repeats}")


def test_another_budget_in_the_same_folder_leaves_what_is_remembered_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask = {"repeats": None, "trials": None, "learners": "linear"}
    one, other = (
        planned("diabetes", "mae", "squared error", budget=each, **ask) for each in (2, 3)
    )
    first, plan, _ = lab.free(one)
    Store(first).open(plan)
    before = (first / "rung.json").read_text()
    second, _, _ = lab.free(other)
    assert second != first
    assert (first / "rung.json").read_text() == before
    lab.afforded(other, first)
    assert lab.free(one)[:1] == (first,)
    assert lab.afforded(one, first)[0].facts == plan.facts


def test_a_budget_does_not_let_time_run_twice(tmp_path):
    frame = real("diabetes").assign(day=range(442))
    plan = lab.plan(frame, "target", "mae", "huber", learners="linear", order="day", budget=1e4)
    found, _ = lab.afforded(plan, tmp_path)
    assert (found.repeats, len(found.divided)) == (1, found.folds)


def test_an_estimate_is_no_shorter_than_the_longest_job_of_a_repeat():
    plan = planned("diabetes", "mae", "huber", repeats=3, trials=8)
    arms = len(plan.arms)
    each = {arm.name: 1.0 for arm in plan.arms}
    for workers, seconds in ((1, 2 * 3 * (8 * (arms - 1) + 1)), (1000, 3 * 8)):
        assert Costs(plan, each, workers).planned == seconds


def test_an_estimate_is_of_the_size_of_the_time_it_takes(tmp_path):
    plan = planned("diabetes", "mae", "absolute error", repeats=2)
    plan = replace(plan, efforts={"mlp": replace(plan.efforts["mlp"], steps=300, checks=10)})
    _, guess = lab.afforded(plan, tmp_path)
    took = _run(plan, tmp_path).seconds
    assert took / 8 < guess < took * 8  # other work on the machine may come and go meanwhile


def test_a_loss_against_itself_is_told_apart_in_few_studies(tmp_path):
    plan = lab.null_plan(planned("diabetes", "mae", "huber"), copies=4)
    found = lab.against_itself(plan, tmp_path, lambda share, doing: None)
    assert found.studies >= 2
    assert found.sentence


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"folds": 1}, ArgumentError, "at least 2"),
        ({"repeats": 0}, ArgumentError, "at least 1"),
        ({"trials": 0}, ArgumentError, "at least 1"),
        ({"seed": -1}, ArgumentError, "at least 0"),
        ({"hold_out": 1.5}, ArgumentError, "a share from 0"),
        ({"rope": -1.0}, ArgumentError, "above zero"),
        ({"sampler": "randm"}, NotFoundError, "random"),
        ({"learners": "lightgmb"}, NotFoundError, "lightgbm"),
        ({"optimizers": "adamx"}, NotFoundError, "Adam"),
        ({"incumbent": "hubr"}, NotFoundError, "Huber"),
        ({"loss": "huber"}, ArgumentError, "losses"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wish_that_makes_no_sense_is_told(wrong, error, told):
    with pytest.raises(error, match=told):
        lab.plan(real("diabetes"), "target", "mae", **wrong)


def test_a_target_must_be_named_for_a_table_of_ones_own():
    with pytest.raises(ArgumentError, match="which column is the target"):
        lab.plan(mixed())


def test_pruning_ends_the_worse_half_of_every_arms_settings_and_is_told(tmp_path):
    record = _run(planned("diabetes", "mae", "huber", trials=6, prune=True), tmp_path)
    tuned = [arm for arm in record.arms if arm.learner and arm.role != "field"]
    for arm in tuned:
        for fold in arm.folds:
            ended = [each for each in fold.trials if each.stopped == "halved"]
            assert len(ended) == 3
            best = min(each.inner for each in fold.trials)
            assert best not in {each.inner for each in ended}
    assert record.protocol.pruned
    assert any("half-way" in each for each in record.verdict.caveats)


def test_a_cap_on_time_is_the_same_for_every_arm():
    plan = planned("diabetes", "mae", "huber", learners="mlp, linear", cap=30.0)
    assert {each.cap for each in plan.efforts.values()} == {30.0}
    assert {each.cap for each in planned("diabetes", "mae", "huber").efforts.values()} == {600.0}
