"""What the page says in sentences follows the numbers: better, worse, not known."""

import math
from dataclasses import replace

import pytest

from lossary.records import HoldoutRecord, OptimismRecord, PortraitRecord
from lossary.reports import words
from lossary.reports.repeating import call
from tests.reports import studies
from tests.reports.tables import recommending

HELD = HoldoutRecord(50, {"A": 1.0, "B": 1.5}, "A", "B", 0.5, 0.1, 0.9, 0.95)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "A is better by 0.5 (gain 0.5, 95% interval 0.1 to 0.9). So they confirm"),
        ({"low": -0.1}, "neither confirm nor contradict"),
        ({"difference": -0.5, "low": -0.9, "high": -0.1}, "A is worse by 0.5"),
        ({"difference": -0.5, "low": -0.9, "high": -0.1}, "So they contradict the choice"),
        ({"compared": "A"}, "nothing to gain over it"),
    ],
    ids=["better", "unclear", "worse", "contradicts", "same"],
)
def test_the_hold_out_confirms_contradicts_or_says_nothing(changes, said):
    assert said in words.holdout(replace(HELD, **changes))


def test_what_is_not_known_is_not_said():
    arm = studies.regression().arms[0]
    assert words.pull(replace(arm, portrait=None)) == ""
    assert words.pull(replace(arm, portrait=PortraitRecord(9))) == ""
    sensitivity = studies.regression().verdict.sensitivity[0]
    assert "Too few" in words.width(replace(sensitivity, width=math.nan))
    assert "must be tuned" in words.width(replace(sensitivity, width=0.1))
    assert "span of 0.3" in words.width(replace(sensitivity, scale="linear", width=0.3))


@pytest.mark.parametrize(
    ("greater", "said"), [(False, "too modest by 0.2"), (True, "too good by 0.2")],
    ids=["less is better", "more is better"],
)  # fmt: skip
def test_a_promise_is_too_good_by_the_direction_of_the_metric(greater, said):
    assert words.optimism(OptimismRecord("A", 1.2, 1.0, (1.0,)), greater).endswith(said)


def test_an_interaction_that_is_not_found_is_called_not_shown():
    found = studies.regression().verdict.interaction[0]
    assert words.interaction(found).startswith("Yes: ")
    assert words.interaction(replace(found, found=False)).startswith("Not shown: ")


@pytest.mark.parametrize("kind", ["count", "survival", "multilabel", "binary"])
def test_a_study_is_written_as_a_call_that_asks_the_same(kind):
    found, said = recommending(kind), {}
    source = call(found)
    assert source.startswith("from lossary.lab import study\n")
    exec(source.partition("\n\n")[2], {"study": lambda *data, **asked: said.update(asked)})
    assert said["task"] == kind
    assert (said["folds"], said["repeats"], said["seed"]) == (5, 2, 0)
    wanted = {"count": ("exposure", "years"), "survival": ("event", "event"),
              "multilabel": ("target", "ill_1,ill_2"), "binary": ("positive", "yes")}  # fmt: skip
    assert said[wanted[kind][0]] == wanted[kind][1]
    assert "hold_out" not in said
