"""What stands around the tool: pytest's plugin, the page of checks, hooks and workflows."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from lossary.verifier import shelf
from lossary.verifier.writing.report import link
from tests.check import page

ROOT = Path(__file__).parents[3]
TEST = """
from lossary.verifier import assert_sound
from tests.check.surface import losses

def test_sound():
    assert_sound(losses.squared_loss, only=["gradient"])

def test_unsound():
    assert_sound(losses.turned_loss, only=["gradient"])
"""


def _python(*arguments, **around):
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        **around,
    )


def test_a_test_that_fails_shows_the_report_and_no_more(tmp_path):
    (tmp_path / "test_mine.py").write_text(TEST)
    ran = _python("-m", "pytest", "-q", "-p", "_lossary_pytest", "test_mine.py", cwd=tmp_path)
    assert "1 failed, 1 passed" in ran.stdout
    assert "test_mine.py:9: turned_loss is not sound: gradient" in ran.stdout
    assert "\nimport torch\n" in ran.stdout, "code cannot be copied"
    assert "Traceback" not in ran.stdout
    assert "checking.py" not in ran.stdout


def test_the_plugin_imports_nothing_of_ours():
    code = "import sys, _lossary_pytest; print([n for n in sys.modules if n == 'lossary'])"
    assert _python("-c", code).stdout == "[]\n"


def test_the_plugin_is_what_pytest_is_told_to_open():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    assert told["pytest11"] == {"lossary": "_lossary_pytest"}


def test_the_page_of_checks_is_up_to_date():
    assert page.PAGE.read_text() == page.page(), "write it again: python -m tests.check.page"


def test_every_check_has_its_section_where_findings_point():
    text = page.page()
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    anchors = {each.replace(" ", "-") for each in headings}
    for each in shelf():
        file, _, anchor = link(each.name).partition("#")
        assert (ROOT / file) == page.PAGE
        assert anchor in anchors


def test_the_hook_runs_a_command_that_there_is():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"]) == ("lossary-check", "system")
    files = [str(Path(page.__file__).parent / "surface" / "losses.py")]
    assert re.search(hook["files"], files[0])
    command = ["-c", "from lossary.cli import main; main()", *hook["entry"].split()[1:]]
    ran = _python(*command, *files, "--only", "gradient")
    assert ran.returncode == 1
    assert "turned_loss" in ran.stdout


YAML = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "check.md").read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("text", YAML, ids=["hook", "workflow"])
def test_a_recipe_on_the_page_is_yaml_and_asks_for_what_there_is(text):
    found = yaml.safe_load(text)
    assert found
    for option in re.findall(r"lossary check .*", text):
        words = [each for each in option.split() if each.startswith("--")]
        assert set(words) <= {"--sarif", "--junit", "--strict"}
