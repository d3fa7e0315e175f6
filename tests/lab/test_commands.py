"""`lossary study` from the outside."""

import builtins
import sys

import pytest

from lossary.lab.protocol import planning
from lossary.records import StudyRecord
from lossary.reports import number
from tests.cli.terminal import run as run  # a fixture
from tests.lab.tables import mixed


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Let studies be short, and run in a folder with a table."""
    monkeypatch.setattr(planning, "_LEAST_STEPS", 20)
    monkeypatch.setattr(planning, "_MOST_STEPS", 20)
    monkeypatch.chdir(tmp_path)
    mixed().to_csv("houses.csv", index=False)
    return tmp_path


def test_a_study_of_the_bundled_table_needs_no_arguments_but_less_time(run, quick):
    status, out, err = run("study", "--repeats", "1", "--folds", "2")
    assert status == 0, err
    assert "diabetes (bundled with scikit-learn): 442 rows" in out
    assert "best constant" in out
    folder = quick / "study-diabetes-progression-mae"
    assert {each.name for each in folder.iterdir()} == {"record.json", "report.html"}


def test_a_study_says_what_it_understood_and_what_it_found(run, quick):
    status, out, err = run(
        "study", "houses.csv", "--target", "price", "--metric", "mae", "--losses", "mae, huber",
        "--folds", "2", "--repeats", "1", "--out", "found",
    )  # fmt: skip
    assert status == 0, err
    record = StudyRecord.from_json((quick / "found" / "record.json").read_text())
    for said in (
        "240 numbers from",
        "number (numbers the rows)",
        "its best constant is the median",
        "2 folds",
        "will take",
        record.verdict.sentence,
        "report.html",
    ):
        assert said in out, said
    for each in record.verdict.standings:
        assert number(each.mean) in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["hauses.csv", "--target", "price"], "houses.csv"),
        (["houses.csv"], "which column is the target"),
        (["houses.csv", "--target", "prize"], "Did you mean price"),
        (["houses.csv", "--target", "price", "--metric", "mean"], "none of that name"),
        (["houses.csv", "--target", "price", "--metric", "f1"], "too many for classes"),
        (["houses.csv", "--target", "place", "--metric", "mae"], "text such as"),
        (["houses.csv", "--target", "same"], "one class only"),
        (["houses.csv", "--target", "empty"], "every row is missing"),
        (["houses.csv", "--target", "price", "--losses", "hubr"], "Huber"),
        (["houses.csv", "--target", "price", "--losses", "hinge"], "is for classes"),
        (["houses.csv", "--target", "price", "--folds", "200"], "too few"),
        (["houses.csv", "--target", "price", "--task", "counts"], "count"),
    ],
)
def test_a_mistake_is_met_with_a_mend_and_no_trace(run, quick, arguments, told):
    status, _, err = run("study", *arguments)
    assert status == 1
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize("room", ["lab", "reports"])
def test_a_missing_package_is_told_with_the_command_that_brings_it(room, monkeypatch):
    for name in [each for each in sys.modules if each.startswith(f"lossary.{room}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Exception, match=r'pip install "lossary\[lab\]"') as caught:
        builtins.__import__(f"lossary.{room}")
    assert type(caught.value).__name__ == "ArgumentError"


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_trained(run, quick):
    (quick / "taken").write_text("a file")
    status, out, err = run("study", "houses.csv", "--target", "price", "--out", "taken")
    assert status == 1
    assert "no folder can be made" in err
    assert "will take" not in out
