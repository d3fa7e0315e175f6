"""One loss, one file of its name, one slow twin; and every source it names can be found."""

import inspect
import re
from pathlib import Path

import pytest

import lossary
from lossary.core.catalogue import all_of
from tests.house.rooms import FILES, HOUSE, ROOT

# A loss that a test defines for itself is in the catalogue too, but not on the shelves.
LOSSES = [loss for loss in all_of() if loss.__module__.startswith("lossary.losses.")]
SHELVES = HOUSE / "losses"
TWINS = ROOT / "tests" / "slow_twins"
REFERENCES = HOUSE / "references.bib"

by_name = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)


def _home(loss):
    return Path(inspect.getfile(loss))


def _entries():
    return re.findall(r"^@\w+\{([^,\s]+),", REFERENCES.read_text(), flags=re.MULTILINE)


def test_the_catalogue_is_not_empty():
    assert len(LOSSES) > 20


@by_name
def test_a_loss_lives_in_a_file_of_its_own_name_in_the_folder_of_its_family(loss):
    _family, file = _home(loss).relative_to(SHELVES).parts
    assert file.removesuffix(".py").replace("_", "") == loss.__name__.lower()


@by_name
def test_a_loss_can_be_had_from_the_face(loss):
    assert getattr(lossary, loss.__name__) is loss


@by_name
def test_a_loss_has_a_slow_twin(loss):
    assert (TWINS / _home(loss).name).is_file()


@by_name
def test_a_loss_names_its_sources_and_they_can_be_found(loss):
    assert loss.cites, "no source is named"
    assert set(loss.cites) - set(_entries()) == set()


@by_name
def test_a_loss_gives_an_example_of_itself(loss):
    assert ">>>" in (loss.__doc__ or "")


def test_every_file_on_the_shelves_holds_one_loss():
    shelved = [file for file in SHELVES.glob("*/*.py") if not file.name.startswith("_")]
    assert sorted(shelved) == sorted(map(_home, LOSSES))


def test_every_slow_twin_has_its_loss():
    losses = {_home(loss).name for loss in LOSSES}
    twins = {file.name for file in TWINS.glob("*.py") if not file.name.startswith(("_", "test_"))}
    assert twins == losses


def test_every_source_is_written_down_once():
    entries = _entries()
    assert entries
    assert sorted(set(entries)) == sorted(entries)


def test_every_source_is_cited_somewhere():
    cited = {key for loss in LOSSES for key in loss.cites}
    text = "\n".join(file.read_text() for file in FILES)
    assert [key for key in _entries() if key not in cited and key not in text] == []
