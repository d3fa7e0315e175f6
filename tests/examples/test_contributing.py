"""What CONTRIBUTING promises: a loss added as it says needs nothing else and keeps the laws."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from lossary.backends import _numpy_namespace
from tests.house.rooms import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"`((?:src|tests)/[\w/.]+)`[^`]*?:\n\n```\w+\n(.*?)```", flags=re.DOTALL)
LAWS = """
import lossary
from lossary.testing import hold
from tests.slow_twins import twin_of
hold(lossary.Cauchy, "numpy", twin=twin_of("Cauchy"))
"""
CARD = "import sys; sys.argv[1:] = ['show', 'lorentzian']; from lossary.cli import main; main()"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return a copy of the house with the page's loss in it."""
    folder = tmp_path_factory.mktemp("house")
    for room in ("src", "tests"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    blocks = dict(BLOCK.findall(PAGE))
    assert len(blocks) == 4
    for name, text in blocks.items():
        file = folder / name
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        assert bool(before) == (file.name in ("__init__.py", "references.bib"))
        file.write_text(f"{before}\n{text}" if before else text, encoding="utf-8")
    return folder


def _run(house, *arguments):
    paths = {"PYTHONPATH": os.pathsep.join([str(house / "src"), str(house)])}
    ran = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=house,
        env=os.environ | paths,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def test_the_new_loss_keeps_the_laws(house):
    _run(house, "-W", "error", "-c", LAWS)


def test_the_new_loss_has_a_card_with_its_derived_slope(house):
    card = _run(house, "-c", CARD)
    assert "(p − t)/(1 + (p − t)²/scale²)" in card
    assert "Black and P. Anandan (1996)" in card


def test_the_house_asks_for_nothing_else(house):
    settings = ("-q", "-p", "no:cacheprovider", "--rootdir", str(house))
    told = _run(
        house, "-m", "pytest", *settings, "tests/house/test_catalogue_files.py", "-k", "Cauchy"
    )
    assert re.search(r"[5-9] passed", told)


def test_every_word_of_the_namespace_is_named_once():
    table = PAGE[PAGE.index("| operators |") : PAGE.index("Slopes are derived through")]
    named = re.findall(r"`(\w+)`", table.replace("`None`", ""))
    assert sorted(named) == sorted(_numpy_namespace.__all__)
