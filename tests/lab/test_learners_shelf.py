"""Learners by name, and those that are taken where none is named."""

import pytest

from lossary.errors import ArgumentError, NotFoundError
from lossary.lab.learners import shelf
from lossary.lab.learners.learner import Learner
from tests.lab.lessons import bench


@pytest.mark.parametrize("name", ["mlp", "lightgbm", "xgboost", "linear", "module"])
def test_every_learner_bears_its_name_and_its_defaults_lie_inside_its_space(name):
    learner = shelf.learner_named(name)
    assert isinstance(learner, Learner)
    assert learner.name == name
    for each in learner.space(bench("regression").task):
        assert each.low <= each.default <= each.high


def test_an_unknown_name_tells_the_nearest():
    with pytest.raises(NotFoundError, match="Did you mean lightgbm"):
        shelf.learner_named("lightgmb")


def test_a_package_that_is_missing_is_told_with_how_to_get_it(monkeypatch):
    monkeypatch.setattr(shelf, "find_spec", lambda package: None)
    with pytest.raises(ArgumentError, match="pip install xgboost"):
        shelf.learner_named("xgboost")


def test_without_lightgbm_the_networks_go_alone(monkeypatch):
    task = bench("regression").task
    assert [each.name for each in shelf.learners_for(task)] == ["mlp", "lightgbm"]
    monkeypatch.setattr(shelf, "find_spec", lambda package: package == "torch" or None)
    assert [each.name for each in shelf.learners_for(task)] == ["mlp"]
