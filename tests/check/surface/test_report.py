"""The report: what stands in it, and that it can be read at any width."""

import pytest
from rich.console import Console

from lossary.cli.verdict_drawing import drawn
from lossary.verifier import Argument, Contract, Severity
from lossary.verifier.writing import plain
from lossary.verifier.writing.report import report
from lossary.verifier.writing.taken import facts
from tests.check.surface.made import EVERY, TOLD, WARNED, finding, verdict


def _drawn(of, width, **options):
    console = Console(width=width, highlight=False, no_color=True)
    with console.capture() as captured:
        console.print(drawn(of, **options), crop=False)
    return captured.get()


@pytest.mark.parametrize("write", [plain, lambda of: _drawn(of, 120)], ids=["plain", "drawn"])
def test_the_report_says_all_there_is_to_say(write):
    said = " ".join(write(EVERY).split())
    for words in (
        "focal", "a PyTorch loss", "1 failure, 1 warning", "2 checks held, 1 not tried",
        "logits", "class scores, before the softmax; rows × classes", "by its name",
        "one number, the mean over rows", "an entry whose target is -100",
        "It gives 2 and not 1.", "A lost factor.", "Halve it.", "The gradient is the slope",
        "checks.md#gradient", "lossary check --explain gradient", "# found: 2", "# expected: 1.0",
    ):  # fmt: skip
        assert words in said, words


def test_the_worst_stands_first():
    said = str(EVERY)
    assert said.index("FAIL  gradient") < said.index("WARN  empty") < said.index("\nProfile")


def test_what_does_not_concern_a_loss_is_told_only_where_asked_for():
    assert "saturation" not in str(EVERY)
    assert "poison: the loss raised ValueError: no" in str(EVERY)
    assert "More is tried with like= (likeness)" in str(EVERY)
    assert "saturation: the prediction is no logit" in plain(EVERY, verbose=True)


def test_a_profile_is_short_and_whole_where_asked_for():
    ordinary, repeated = (finding(severity=Severity.INFO, check=n) for n in ("empty", "reductions"))
    many = verdict(ordinary, repeated, *[TOLD] * 9)
    parts = [each.label for each in report(many) if each.kind == "row"]
    assert parts.count("influence") == 8
    assert not {"empty", "reductions"} & set(parts)
    assert "3 lines more with verbose=True" in str(many)
    assert "3 lines more with --verbose" in _drawn(many, 120)
    whole = [each.label for each in report(many, verbose=True) if each.kind == "row"]
    assert (whole.count("influence"), whole.count("reductions")) == (9, 1)


def test_an_option_is_named_as_it_is_typed():
    late = verdict(skipped={"growth": "no time was left: --thorough"})
    assert "growth: no time was left: thorough=True" in str(late)
    assert "growth: no time was left: --thorough" in _drawn(late, 120)
    assert "else prediction=" in " ".join(plain(EVERY).split())
    assert "else --prediction" in _drawn(EVERY, 160)
    assert '--shapes "n k, n"' in _drawn(EVERY, 160)


@pytest.mark.parametrize("width", [80, 120])
def test_prose_fits_the_terminal_and_code_is_never_broken(width):
    lines = _drawn(EVERY, width).splitlines()
    code = EVERY.reproduction(EVERY.failures[0]).splitlines()
    assert set(filter(None, code)) <= {line.rstrip() for line in lines}
    assert [line for line in lines if len(line) > width and line.rstrip() not in code] == []


def test_the_checks_that_held_are_named_where_asked_for():
    assert "curvature" not in str(verdict())
    assert "curvature" in plain(verdict(), verbose=True)


def test_a_sound_loss_is_said_to_be_sound():
    assert "sound; 2 checks held" in str(verdict(TOLD))
    assert "sound, 1 warning" in str(verdict(WARNED))


def test_every_piece_of_text_is_escaped_on_a_page():
    odd = verdict(finding(check="gradient"), name="<script>")
    assert "<script>" not in odd._repr_html_()
    assert "&lt;script&gt;" in odd._repr_html_()


def test_what_was_declared_is_not_asked_for_again():
    told = {each.label: each for each in facts(EVERY.contract)}
    assert told["labels"].known == "declared"
    assert "as declared]" in str(EVERY)
    assert "declared; else" not in str(EVERY)


def test_an_objective_is_taken_as_one():
    rows = (Argument("preds", "prediction", ("n",), "real"),)
    told = facts(Contract(arguments=rows, kind="objective"))
    assert "Hessian" in told[-1].says


def test_a_verdict_raises_its_report_and_shows_itself(capsys):
    with pytest.raises(AssertionError, match="focal is not sound: gradient") as raised:
        EVERY.assert_sound()
    assert "# expected: 1.0" in str(raised.value)
    assert raised.value.verdict is EVERY
    with pytest.raises(AssertionError, match="empty"):
        verdict(WARNED).assert_sound(strict=True)
    verdict(WARNED).assert_sound()
    EVERY.show()
    assert capsys.readouterr().out == f"{EVERY}\n"
