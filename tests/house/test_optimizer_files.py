"""One optimizer, one file of its name, one slow twin; its sources and parameters are told."""

import inspect
from pathlib import Path

import pytest

import lossary.optimizers as shelf
from lossary.core.parameter import meanings
from tests.house.rooms import ROOT
from tests.house.test_catalogue_files import _entries

OPTIMIZERS = [cls for cls in shelf.listed() if cls.__module__.startswith("lossary.")]
TWINS = ROOT / "tests" / "optimizers" / "twins"
every = pytest.mark.parametrize("cls", OPTIMIZERS, ids=lambda cls: cls.__name__)


@every
def test_an_optimizer_lives_in_a_file_of_its_own_name(cls):
    assert Path(inspect.getfile(cls)).stem.replace("_", "") == cls.__name__.lower()
    assert getattr(shelf, cls.__name__) is cls


@every
def test_an_optimizer_has_a_slow_twin(cls):
    assert (TWINS / Path(inspect.getfile(cls)).name).is_file()


@every
def test_an_optimizer_names_its_sources_and_they_can_be_found(cls):
    assert cls.cites, "no source is named"
    assert set(cls.cites) - set(_entries()) == set()


@every
def test_an_optimizer_tells_its_rule_each_parameter_and_an_example(cls):
    assert cls.formula
    assert set(cls.own) - {"of"} <= set(meanings(cls))
    assert ">>>" in (cls.__doc__ or "")
