"""An address leads to a loss: of a file, of a package, of the working folder."""

import pytest

from lossary.adapters.foreign.loading import load, losses_in
from lossary.errors import HostError


def test_a_file_in_a_package_is_imported_as_part_of_it(tmp_path):
    room = tmp_path / "house_of_losses" / "inner"
    room.mkdir(parents=True)
    (tmp_path / "house_of_losses" / "__init__.py").write_text("")
    (room / "__init__.py").write_text("")
    (room / "words.py").write_text("FACTOR = 2.0\n")
    (room / "focal.py").write_text(
        "from .words import FACTOR\ndef loss(p, t):\n    return FACTOR * (p - t)\n"
    )
    assert load(f"{room / 'focal.py'}:loss").__module__ == "house_of_losses.inner.focal"


def test_a_file_may_bear_the_name_of_an_installed_package(tmp_path):
    (tmp_path / "torch.py").write_text("def loss(p, t):\n    return p - t\n")
    import torch

    assert load(f"{tmp_path / 'torch.py'}:loss")(3, 1) == 2
    assert load("torch.nn:L1Loss") is torch.nn.L1Loss


def test_a_file_finds_its_neighbours_and_two_files_of_one_name_are_two(tmp_path):
    for place, value in (("a", 1), ("b", 2)):
        (tmp_path / place).mkdir()
        (tmp_path / place / "loss_here.py").write_text(f"def loss():\n    return {value}\n")
    assert [load(f"{tmp_path / each / 'loss_here.py'}:loss")() for each in "ab"] == [1, 2]


def test_what_a_file_needs_is_named(tmp_path):
    (tmp_path / "needy.py").write_text("import no_such_package_here\n")
    with pytest.raises(HostError, match="no_such_package_here is needed"):
        load(f"{tmp_path / 'needy.py'}:loss")


def test_losses_of_a_file_are_its_own_and_named_or_declared(tmp_path):
    (tmp_path / "mine_all.py").write_text(
        "import lossary\nfrom math import sqrt as lossy\n"
        "def focal_loss(p, t): ...\nclass MyLoss: ...\ndef _loss_of(p): ...\ndef other(p): ...\n"
        "@lossary.contract(target='real')\ndef brier(p, t): ...\nloss_weight = 2.0\n"
    )
    assert list(losses_in(str(tmp_path / "mine_all.py"))) == ["focal_loss", "MyLoss", "brier"]
