"""`lossary study` from the outside."""

import builtins
import sys

import pytest

from lossary.records import StudyRecord
from lossary.reports import number
from tests.cli.terminal import run as run  # a fixture
from tests.lab.frames import mixed

QUICK = ("--folds", "2", "--repeats", "1", "--trials", "1", "--learners", "linear", "--jobs", "1")


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Run in a folder with a table."""
    monkeypatch.chdir(tmp_path)
    mixed().to_csv("houses.csv", index=False)
    return tmp_path


def test_a_study_of_the_bundled_table_needs_no_arguments_but_less_time(run, quick):
    status, out, err = run("study", *QUICK)
    assert status == 0, err
    assert "442 rows" in out
    assert "best constant" in out
    (folder,) = quick.glob("study-*")
    assert {"record.json", "report.html", "trials.db"} <= {each.name for each in folder.iterdir()}


def test_a_study_says_what_it_understood_and_what_it_found(run, quick):
    status, out, err = run(
        "study", "houses.csv", "--target", "price", "--metric", "mae", "--losses", "mae, huber",
        *QUICK, "--out", "found",
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
        record.verdict.advice,
        "report.html",
    ):
        assert said in out, said
    for each in record.verdict.standings:
        assert number(each.mean) in out
    assert record.capsule.command.startswith("lossary study houses.csv --target price")


def test_the_same_command_takes_its_study_up_and_another_leaves_it_alone(run, quick):
    for more in ((), (), ("--seed", "1")):
        status, _, err = run("study", "houses.csv", "--target", "price", *QUICK, *more)
        assert status == 0, err
    folders = sorted(each.name for each in quick.glob("study-*"))
    assert len(folders) == 2
    assert folders[1] == f"{folders[0]}-2"


def test_a_report_is_drawn_from_a_record_without_training(run, quick):
    run("study", "houses.csv", "--target", "price", *QUICK, "--out", "found")
    before = (quick / "found" / "report.html").read_text()
    (quick / "found" / "report.html").unlink()
    (quick / "found" / "trials.db").unlink()
    status, out, err = run("report", "found")
    assert status == 0, err
    assert (quick / "found" / "report.html").read_text() == before
    assert "best constant" in out
    status, _, err = run("report", "nowhere")
    assert status == 1
    assert "no such record" in err


def test_the_lab_can_be_tested_on_a_table_of_ones_own(run, quick):
    status, out, err = run("study", "houses.csv", "--target", "price", *QUICK, "--self-test")
    assert status == 0, err
    assert "an interval from" in out


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
        (["houses.csv", "--target", "price", "--groups", "plaice"], "place"),
        (["houses.csv", "--target", "price", "--budget", "soon"], "90s, 10m"),
        (["houses.csv", "--target", "price", "--jobs", "0", *QUICK[:-2]], "at least one"),
        (["houses.csv", "--target", "price", "--cluster", "slurm", *QUICK], "ray"),
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


def test_who_stops_a_study_is_told_how_to_go_on(run, quick, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("lossary.lab.run", stopped)
    status, _, err = run("study", "houses.csv", "--target", "price", *QUICK, "--out", "found")
    assert status == 130
    assert "kept in found: give the command again" in err


def test_a_budget_that_is_too_small_is_said_before_anything_is_trained(run, quick, monkeypatch):
    monkeypatch.setattr("lossary.lab.run", lambda *_, **__: sys.exit(3))
    ask = ("study", "houses.csv", "--target", "price", "--learners", "linear", "--out", "found")
    status, out, _ = run(*ask, "--budget", "0.0001s")
    assert status == 3
    assert "more than" in out
    assert "fewer arms" in out
    assert "more than" not in run(*ask, "--budget", "1h")[1]


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_trained(run, quick):
    (quick / "taken").write_text("a file")
    status, out, err = run("study", "houses.csv", "--target", "price", "--out", "taken")
    assert status == 1
    assert "no folder can be made" in err
    assert "will take" not in out
