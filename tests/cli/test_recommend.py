"""`lossary recommend` from the outside: for every kind of target, and for every mistake."""

import json

import numpy as np
import pandas as pd
import pytest

from lossary.errors import LossError
from lossary.lab.arms.recommendation import RecommendationRecord
from lossary.lab.arms.recommending import recommend
from tests.cli.terminal import run as run  # a fixture
from tests.lab.asked import ROWS, TARGETS
from tests.lab.diagnosed import MADE, features

KINDS = [
    ("regression", "rmse"),
    ("positive", "mae"),
    ("nonnegative", "tweedie(1.3)"),
    ("count", "poisson"),
    ("proportion", "log_loss"),
    ("binary", "f1"),
    ("multiclass", "log_loss"),
    ("ordinal", "qwk"),
    ("multilabel", "hamming"),
    ("survival", "c_index"),
]


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Stand in a folder with a table for every kind of target."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"one": random.normal(size=ROWS), "two": random.normal(size=ROWS)})
    for kind, _ in KINDS:
        whole = frame.assign(y=TARGETS[kind], other=np.arange(ROWS) // 2 % 2, event=1)
        whole.loc[::3, "event"] = 0
        if kind != "multilabel":
            whole = whole.drop(columns="other")
        whole.to_csv(f"{kind}.csv", index=False)
    return tmp_path


@pytest.mark.parametrize(("kind", "metric"), KINDS)
def test_every_kind_of_target_gets_an_answer_without_training(run, folder, kind, metric):
    roles = ["--event", "event"] if kind == "survival" else ["--drop", "event", "--task", kind]
    target = "y,other" if kind == "multilabel" else "y"
    status, out, err = run(
        "recommend", f"{kind}.csv", "--target", target, "--metric", metric, *roles
    )
    assert status == 0, err
    for said in ("rewards", "take", "learnt by", "not looked at", "it changes if", "next"):
        assert said in out, said
    assert f"lossary study {kind}.csv --target {target} --metric" in out


def test_as_data_it_is_read_back_as_it_was_written(run, folder):
    command = ["recommend", "positive.csv", "--target", "y", "--metric", "rmse", "--drop", "event"]
    status, out, err = run(*command, "--json")
    assert status == 0, err
    read = RecommendationRecord.from_json(out)
    assert read.first == json.loads(out)["first"] == read.losses[0].name
    assert read.asked.elicits.startswith("the mean")
    assert {each.name for each in read.diagnosis} >= {"contamination", "skew", "leakage"}
    for each in read.losses:
        assert each.reason
        assert set(each.cites) <= set(read.sources)
        assert bool(each.why_not) == (not each.tried)
        assert set(each.learners) == {"mlp", "lightgbm", "xgboost", "linear"}
    assert json.loads(read.to_json()) == json.loads(out)


def test_it_says_what_the_data_favour_what_they_speak_against_and_what_would_change_it():
    random = np.random.default_rng(3)
    _, made = MADE["spoilt"]
    frame, told = features(random)
    found = recommend(frame.assign(y=made(told, random)), "y", "rmse")
    losses = {each.name: each for each in found.losses}
    assert found.first == "Huber"
    assert losses["Huber"].favoured == ("wild targets",)
    assert "wild targets" in losses["SquaredError"].opposed
    assert losses["SquaredError"].tried, "the metric's own loss competes whatever the data show"
    assert losses["SquaredError"].role == "default"
    assert "the data speak against it" in losses["PoissonNLL"].why_not
    assert any(each.startswith("wild targets: found, but") for each in found.changes)
    assert any(each.startswith("heavy tails: not found, and would") for each in found.changes)
    assert found.command == "lossary.study(data, target, metric)"


@pytest.mark.parametrize(
    ("kind", "metric", "said"),
    [("binary", "f1", "threshold"), ("ordinal", "qwk", "cut-points"), ("positive", "mae", "")],
)
def test_what_is_decided_after_training_is_said(folder, kind, metric, said):
    decision = recommend(f"{kind}.csv", "y", metric, task=kind, drop="event").asked.decision
    assert said in decision
    assert bool(said) == bool(decision)


def test_who_cannot_learn_by_a_loss_says_why(folder):
    found = recommend("binary.csv", "y", "f1", drop="event")
    dice = next(each for each in found.losses if each.name == "Dice")
    assert dice.learners["mlp"] == ""
    assert dice.learners["lightgbm"]


def test_the_command_to_go_on_with_is_one_that_is_understood(folder):
    found = recommend("count.csv", "y", "poisson", drop="event", task="count", weight=None)
    assert found.command == (
        "lossary study count.csv --target y --metric poisson_deviance --drop event --task count"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["binery.csv", "--target", "y"], "binary.csv"),
        (["binary.csv"], "which column is the target"),
        (["binary.csv", "--target", "z"], "no such column"),
        (["binary.csv", "--target", "y", "--metric", "f2"], "f1"),
        (["positive.csv", "--target", "y", "--metric", "f1"], "classes"),
        (["binary.csv", "--target", "y", "--weight", "w"], "no such column"),
        (["binary.csv", "--target", "y", "--metric", "c_index"], "event"),
        (["few.csv", "--target", "y"], "too few"),
        (["same.csv", "--target", "y"], "every row is"),
    ],
)
def test_a_mistake_is_met_with_a_mend_and_no_trace(run, folder, arguments, told):
    pd.DataFrame({"a": [3.5, 1.5, 2.0], "y": [1.0, 2.0, 4.0]}).to_csv("few.csv", index=False)
    pd.DataFrame({"a": range(60), "y": 1.0}).to_csv("same.csv", index=False)
    status, _, err = run("recommend", *arguments)
    assert status == 1
    assert told in err
    assert "Traceback" not in err


def test_from_python_a_mistake_is_an_error_of_ours():
    with pytest.raises(LossError, match="too few"):
        recommend(pd.DataFrame({"a": [3.5, 1.5, 2.0], "y": [1.0, 2.0, 4.0]}), "y")
