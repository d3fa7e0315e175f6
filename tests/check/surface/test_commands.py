"""`lossary check` from the outside: addresses, options, exit status and files."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lossary.cli.check import status
from lossary.cli.checking import Examined
from tests.check.surface.made import FOUND, WARNED, verdict
from tests.cli.terminal import run as run  # a fixture

FILE = str(Path(__file__).parent / "losses.py")
QUICK = ["--only", "gradient"]


def test_a_sound_loss_ends_with_0_and_a_broken_one_with_1(run):
    status, out, _ = run("check", f"{FILE}:squared_loss", *QUICK)
    assert (status, "sound; 1 check held" in out) == (0, True)
    status, out, _ = run("check", f"{FILE}:turned_loss", *QUICK)
    assert (status, "1 failure" in out) == (1, True)
    assert "import turned_loss" in out
    assert "\nloss = turned_loss\n" in out


def test_a_module_is_named_with_dots(run):
    status, out, _ = run("check", "torch.nn:HuberLoss", *QUICK)
    assert (status, "HuberLoss" in out) == (0, True)


UNEXAMINED = {
    "no_loss": ([], "name a loss"),
    "no_name": (["torch.nn"], "Hint: path.py:NAME"),
    "no_file": (["nowhere.py:focal"], "there is no file"),
    "no_module": (["nowhere:focal"], "there is no module 'nowhere'"),
    "another_name": (["torch.nn:HuberLos"], "Did you mean HuberLoss"),
    "no_default": ([f"{FILE}:loss_without_default"], "unheard_of"),
    "no_check": ([f"{FILE}:squared_loss", "--only", "gradiant"], "Did you mean gradient"),
    "no_setting": ([f"{FILE}:squared_loss", "--set", "gamma"], "expected name=value"),
    "no_host": ([f"{FILE}:squared_loss", "--host", "torsch"], "torch"),
    "no_certificate": ([f"{FILE}:squared_loss", "--against", FILE, *QUICK], "no certificate"),
    "no_word": ([f"{FILE}:squared_loss", "--per", "rows"], "none of entry, row"),
    "no_folder": ([f"{FILE}:squared_loss", "--sarif", "no/where", *QUICK], "cannot be written"),
    "no_such_check": (["--explain", "gradiant"], "Did you mean gradient"),
}


@pytest.mark.parametrize(("arguments", "told"), UNEXAMINED.values(), ids=UNEXAMINED.keys())
def test_what_cannot_be_examined_ends_with_2_and_says_why(run, arguments, told):
    status, _, err = run("check", *arguments)
    assert status == 2
    assert told in err
    assert "Traceback" not in err


def test_a_file_that_does_not_open_says_in_which_line(run, tmp_path):
    (tmp_path / "odd_losses.py").write_text("\n\nloss = undefined\n")
    status, _, err = run("check", f"{tmp_path / 'odd_losses.py'}:loss")
    assert status == 2
    assert "NameError" in err
    assert "line 3" in err


def test_a_file_alone_stands_for_all_its_losses(run):
    status, out, err = run("check", FILE, *QUICK)
    assert status == 1
    for name in ("turned_loss", "squared_loss", "PowerLoss", "brier"):
        assert f"\n{name}" in out
    assert "training_step" not in out + err
    assert "1 of 4 losses fail" in out
    assert "loss_without_default could not be examined" in err


def test_a_file_without_losses_is_sound(run, tmp_path):
    (tmp_path / "nothing.py").write_text("def lossless_step(): pass\n".replace("loss", "l0ss"))
    status, _, err = run("check", str(tmp_path / "nothing.py"))
    assert status == 0
    assert "nothing in it is named as a loss" in err
    assert "nothing.py:l0ssless_step" in err


def test_a_setting_is_handed_over_and_a_declaration_believed(run):
    arguments = ("--set", "power=4.0", "--target", "real", "--json", *QUICK)
    status, out, _ = run("check", f"{FILE}:PowerLoss", *arguments)
    (verdict,) = json.loads(out)["verdicts"]
    assert status == 0
    assert verdict["settings"]["power"] == 4.0
    assert "declared" in verdict["contract"]["known"].values()


BY_HAND = """
import numpy as np

def squared(y, y_hat): return np.mean((y - y_hat) ** 2)
def turned(y, y_hat): return 2 * (y - y_hat) / len(y)

class Squared:
    value = staticmethod(squared)
    turned = staticmethod(turned)
    both = staticmethod(lambda y, y_hat: (squared(y, y_hat), turned(y, y_hat)))
"""


@pytest.mark.parametrize(
    ("name", "gradient"),
    {
        "beside": ("squared", "turned"),
        "in_its_class": ("Squared.value", "turned"),
        "elsewhere": ("Squared.value", "{}:turned"),
        "with_the_value": ("Squared.both", "returned"),
    }.values(),
    ids=["beside", "in_its_class", "elsewhere", "with_the_value"],
)
def test_a_gradient_by_hand_is_found(run, tmp_path, name, gradient):
    (tmp_path / "hand_losses.py").write_text(BY_HAND)
    place = tmp_path / "hand_losses.py"
    status, out, _ = run("check", f"{place}:{name}", "--gradient", gradient.format(place), *QUICK)
    assert (status, "-1 times the slope" in out) == (1, True)


def test_data_are_data_whatever_they_hold(run):
    status, out, _ = run("check", f"{FILE}:turned_loss", "--json", *QUICK)
    found = json.loads(out)
    assert status == 1
    assert found["format"] == "lossary-check"
    assert found["verdicts"][0]["findings"][0]["check"] == "gradient"
    assert "import torch" in found["verdicts"][0]["findings"][0]["code"]


def test_files_are_written_beside_the_report(run, tmp_path):
    sarif, junit = tmp_path / "a.sarif", tmp_path / "a.xml"
    run("check", f"{FILE}:turned_loss", "--sarif", str(sarif), "--junit", str(junit), *QUICK)
    (result,) = json.loads(sarif.read_text())["runs"][0]["results"]
    assert result["ruleId"] == "gradient"
    assert ElementTree.parse(junit).getroot().get("failures") == "1"


def test_a_later_run_is_held_against_a_certificate(run, tmp_path):
    loss, kept = tmp_path / "changing_losses.py", tmp_path / "kept.json"
    text = Path(FILE).read_text()
    loss.write_text(text)
    run("check", f"{loss}:turned_loss", "--save", str(kept), *QUICK)
    status, out, _ = run("check", f"{loss}:turned_loss", "--against", str(kept), *QUICK)
    assert (status, "nothing has changed" in out) == (0, True)
    run("check", f"{FILE}:squared_loss", "--save", str(kept), *QUICK)
    other = tmp_path / "changed_losses.py"
    other.write_text(text.replace("squared_loss", "old").replace("turned_loss", "squared_loss"))
    status, out, _ = run("check", f"{other}:squared_loss", "--against", str(kept), *QUICK)
    assert status == 1
    assert "FAIL gradient" in out
    assert "squared_loss has changed" in out


def test_skip_leaves_a_check_out(run):
    status, out, _ = run("check", f"{FILE}:turned_loss", *QUICK, "--skip", "gradient")
    assert (status, "sound" in out) == (0, True)


def test_strict_counts_a_warning_and_a_failure_weighs_more_than_what_was_not_examined():
    warned, failed = verdict(WARNED), verdict(FOUND)
    assert [status(Examined([warned]), strict) for strict in (False, True)] == [0, 1]
    assert status(Examined([warned], {"a": "why"}), False) == 2
    assert status(Examined([failed], {"a": "why"}), False) == 1
    assert status(Examined([], {}, {"a": "why"}), False) == 0


def test_the_list_names_every_check_and_explain_explains_each(run):
    from lossary.verifier import shelf

    _, listed, _ = run("check", "--list")
    for each in shelf():
        assert each.name in listed
        status, out, _ = run("check", "--explain", each.name)
        assert status == 0
        told = " ".join(out.split())
        assert all(" ".join(words.split()) in told for words in (each.says, each.rule))
