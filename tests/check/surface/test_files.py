"""Files for programs: data, SARIF, JUnit's XML; and certificates, for later runs."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from lossary.errors import FormatError
from lossary.verifier import Severity, Verdict
from lossary.verifier.batch import Batch
from lossary.verifier.comparing import compared
from lossary.verifier.finding import Call
from lossary.verifier.source import code_of, place_of
from lossary.verifier.writing.junit import junit
from lossary.verifier.writing.sarif import sarif
from tests.check.surface import losses
from tests.check.surface.made import BATCH, EVERY, FOUND, TOLD, WARNED, finding, verdict

ODD = finding(
    Call(BATCH, np.asarray([np.nan, -np.inf]), settings={"gamma": np.inf, "on": True}),
    Call(Batch({"p": np.zeros((0, 2))}), None, of="p", upstream=np.ones(2)),
    Call(BATCH, "ValueError: no"),
)
VERDICTS = {"every": EVERY, "odd": verdict(ODD), "none": verdict(place=("losses.py", 3))}


@pytest.mark.parametrize("of", VERDICTS.values(), ids=VERDICTS.keys())
def test_a_verdict_is_read_back_from_strict_json(of):
    written = json.dumps(of.to_dict(), allow_nan=False)
    again = Verdict.from_dict(json.loads(written))
    assert json.dumps(again.to_dict()) == written
    assert str(again) == str(of)
    assert again.contract == of.contract


def test_arrays_keep_their_dtype_their_shape_and_what_is_no_number():
    example = Verdict.from_dict(verdict(ODD).to_dict()).findings[0].example
    call, empty, raised = example.calls
    assert np.array_equal(call.batch["logits"], BATCH["logits"])
    assert call.batch["labels"].dtype == np.int64
    assert np.array_equal(call.found, [np.nan, -np.inf], equal_nan=True)
    assert call.settings == {"gamma": np.inf, "on": True}
    assert empty.batch["p"].shape == (0, 2)
    assert empty.found is None
    assert raised.found == "ValueError: no"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "no verdict"),
        ('{"format": "lossary-verdict", "version": 99}', "upgrade"),
        ('{"format": "lossary-verdict", "version": 1}', "no certificate"),
        ("no json", "no certificate"),
        ("[]", "no certificate"),
    ],
    ids=["another", "later", "broken", "text", "list"],
)
def test_what_is_no_certificate_is_refused(tmp_path, text, told):
    (tmp_path / "kept.json").write_text(text)
    with pytest.raises(FormatError, match=told):
        Verdict.load(tmp_path / "kept.json")
    with pytest.raises(FormatError, match="cannot be read"):
        Verdict.load(tmp_path / "missing.json")


def test_a_certificate_is_saved_and_loaded(tmp_path):
    EVERY.save(tmp_path / "kept.json")
    assert Verdict.load(tmp_path / "kept.json").to_dict() == EVERY.to_dict()


def test_sarif_names_rule_level_line_and_code():
    placed = replace(EVERY, place=("losses.py", 7))
    (run,) = sarif([placed], "1.0")["runs"]
    first, second = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "gradient"
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "losses.py"}, "region": {"startLine": 7}}
    assert "import torch" in first["message"]["text"]
    assert first["partialFingerprints"] != second["partialFingerprints"]
    assert all(each["help"]["text"] and each["shortDescription"]["text"] for each in rules)
    json.dumps(run, allow_nan=False)


def test_sarif_says_what_could_not_be_examined():
    (run,) = sarif([], "1.0", ["a.py does not open"])["runs"]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert "a.py" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_junit_has_a_case_for_each_check():
    root = ElementTree.fromstring(junit([EVERY], {"a.py": "does not \x00 open"}))
    suite, broken = root
    cases = {each.get("name"): each for each in suite}
    assert set(cases) == {
        "gradient",
        "empty",
        "influence",
        "curvature",
        "saturation",
        "likeness",
        "poison",
    }
    assert "# expected: 1.0" in cases["gradient"].find("failure").text
    assert cases["saturation"].find("skipped").get("message") == "the prediction is no logit"
    assert "WARN" in cases["empty"].find("system-out").text
    assert (suite.get("failures"), suite.get("skipped"), root.get("errors")) == ("1", "3", "1")
    assert broken.find("testcase/error") is not None


def test_a_comparison_says_what_is_new_and_what_is_gone():
    before = verdict(WARNED, code={"f": "1", "g": "1"}, versions={"torch": "2.0"})
    now = verdict(
        FOUND, code={"f": "2", "h": "1"}, versions={"torch": "2.1"}, skipped={"empty": "no time"}
    )
    found = compared(before, now)
    assert found.worse
    assert [each.check for each in found.new] == ["gradient"]
    assert [each.check for each in found.gone] == ["empty"]
    assert found.untried == ("empty",)
    assert found.code == ("f has changed", "g is gone", "h is new")
    assert found.versions == ("torch: 2.1 (was 2.0)",)
    assert [label for label, _ in found.lines()].count("code") == 3


def test_a_warning_is_no_worse_and_other_numbers_are_the_same_finding():
    told = replace(FOUND, says="It gives 2.0000001 and not 1.")
    assert not compared(verdict(FOUND), verdict(told, WARNED)).worse
    assert list(compared(verdict(FOUND), verdict(told)).lines()) == []
    failing = replace(WARNED, severity=Severity.FAIL)
    assert compared(verdict(WARNED), verdict(failing)).worse


def test_another_contract_is_told():
    other = verdict(contract=EVERY.contract.but(per="row"))
    (line,) = compared(verdict(TOLD), other).contract
    assert line == "divides by: the number of rows (was the number of entries that count)"


def test_the_code_of_a_loss_is_known_with_all_it_calls_in_its_module():
    assert set(code_of(losses.squared_loss)) == {"squared_loss", "_error"}
    assert set(code_of(losses.PowerLoss())) == {"PowerLoss"}
    assert set(code_of(losses.turned_loss)) == {"turned_loss", "_Turned"}
    assert code_of(np.mean) is not None
    assert code_of(len) == {}


def test_the_place_of_a_loss_is_its_line():
    file, line = place_of(losses.squared_loss)
    assert file == losses.__file__
    lines = Path(file).read_text().splitlines()
    assert lines[line - 1] == "def squared_loss(prediction, target):"
    assert place_of(len) is None
