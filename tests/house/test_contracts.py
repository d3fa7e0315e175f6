"""Imports run down the floors, and the contracts that say so catch who climbs up."""

import shutil
import subprocess
import sys

import pytest

from tests.house.rooms import HOUSE, ROOT

LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True, no_logo=True))
"""

PLANTED = {
    "core_climbs_to_the_losses": ("core", "import lossary.losses", "down the floors"),
    "core_climbs_to_the_face": ("core", "import lossary", "down the floors"),
    "errors_climb_from_within_a_function": (
        "backends",
        "def late():\n    import lossary.core",
        "down the floors",
    ),
    "reports_ask_the_lab": ("reports", "import lossary.lab", "down the floors"),
    "reports_ask_the_search": ("reports", "import lossary.search", "down the floors"),
    "a_new_room_has_no_floor": ("attic", "", "down the floors"),
    "a_family_asks_another": (
        "losses/regression",
        "import lossary.losses.classification",
        "no other family",
    ),
    "core_names_a_framework": ("core", "import torch", "Frameworks are named"),
    "the_lab_names_a_framework": ("lab", "import jax.numpy", "Frameworks are named"),
    "testing_names_a_booster": ("testing", "from xgboost import DMatrix", "Frameworks are named"),
    "a_loss_names_a_tool": ("losses/regression", "import scipy.special", "tools are named"),
    "the_lab_draws_on_the_terminal": ("lab", "import rich.table", "The terminal"),
}


def _lint(folder):
    """Lint the package `lossary` that lies in `folder` by the contracts of this house."""
    command = [sys.executable, "-c", LINT, str(ROOT / "pyproject.toml")]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)


def _broken(report):
    return [line for line in report.splitlines() if " BROKEN" in line]


def test_imports_run_down_the_floors():
    linted = _lint(HOUSE.parent)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(("room", "line", "contract"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_import_breaks_its_contract(room, line, contract, tmp_path):
    shutil.copytree(HOUSE, tmp_path / "lossary", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "lossary" / room).mkdir(exist_ok=True)
    (tmp_path / "lossary" / room / "__init__.py").touch()
    (tmp_path / "lossary" / room / "planted.py").write_text(line)
    linted = _lint(tmp_path)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert [contract in line for line in _broken(linted.stdout)] == [True], linted.stdout
