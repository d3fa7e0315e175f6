"""The table of planted bugs has not rotted, and the runner tells who noticed from who did not."""

import os

import pytest

from tests.planted_bugs.bed import Bed
from tests.planted_bugs.table import HOUSE, ROOT, Bug, sheets

SHEETS = sheets()
ROWS = [bug for sheet in SHEETS.values() for bug in sheet]
FIRSTS = {name: sheet[0] for name, sheet in SHEETS.items()}
DEEP = bool(os.environ.get("LOSSARY_DEEP"))
FEW = ("kernels", "losses", "verdict")
"""The sheets that `make test` tries; `make test-deep` and `make plant` try them all."""
HUBER = "losses/regression/huber.py"


@pytest.fixture
def bed(tmp_path):
    return Bed(tmp_path)


def test_there_are_many_bugs_and_no_two_are_the_same():
    assert len(ROWS) >= 150
    assert len({(bug.file, bug.right, bug.wrong) for bug in ROWS}) == len(ROWS)


@pytest.mark.parametrize("bug", ROWS, ids=lambda bug: bug.name)
def test_a_bug_can_be_planted_and_the_code_still_compiles(bug):
    file = ROOT / HOUSE / bug.file
    planted = bug.planted(file.read_text(encoding="utf-8"))
    if file.suffix == ".py":
        compile(planted, str(file), "exec")
    assert bug.harm.endswith(".")
    assert all((ROOT / test.partition(" -k ")[0]).exists() for test in bug.tests)


@pytest.mark.parametrize("name", FIRSTS if DEEP else FEW)
def test_the_first_bug_of_a_sheet_is_caught(name, bed):
    bug = FIRSTS[name]
    if DEEP:  # green before, as the suite itself says of the same tests
        assert bed.run(bug.tests).told == ""
    outcome = bed.try_bug(bug)
    assert outcome.failed, outcome.told
    # And after: what was green stands there again.
    right = (ROOT / HOUSE / bug.file).read_text(encoding="utf-8")
    assert (bed.folder / HOUSE / bug.file).read_text(encoding="utf-8") == right


def test_what_no_test_notices_is_told(bed):
    harmless = Bug(
        HUBER, "size = xp.abs(prediction - target)", "size = xp.abs(target - prediction)", ""
    )
    assert (bed.try_bug(harmless).failed, bed.try_bug(harmless).told) == (False, "")


@pytest.mark.parametrize(
    ("bug", "told"),
    [
        (Bug(HUBER, "no such text", "", ""), "stands 0 times"),
        (Bug(HUBER, "import define", "import refine", ""), "no test could judge it"),
        (Bug(HUBER, "self.delta", "1.0", "", ("tests/laws -k nothing_of_this_name",)), "no test"),
    ],
    ids=["the house has moved on", "it does not even import", "no test is chosen"],
)
def test_a_row_that_proves_nothing_does_not_count_as_caught(bug, told, bed):
    outcome = bed.try_bug(bug)
    assert not outcome.failed
    assert told in outcome.told
