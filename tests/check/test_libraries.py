"""The losses of installed libraries are not accused, but for defects that they have."""

import os
import re
import warnings
from pathlib import Path

import pytest

import lossary
from lossary.errors import ArgumentError
from lossary.verifier import check
from tests.check.known_findings import FINDINGS, UNREAD, VERSIONS, known
from tests.check.libraries import losses, version
from tests.check.vision import open_vision

DEEP = bool(os.environ.get("LOSSARY_DEEP"))  # what `make test-deep` asks for
QUICK = {
    "torch.nn": (),
    "sklearn": (),
    "keras": ("Huber", "Tversky", "MeanSquaredError", "CategoricalCrossentropy"),
    "optax": ("squared_error", "kl_divergence"),
}
"""What is always checked; nothing named means all of a library."""
EXAMPLE = re.compile(r"^```py\n(.*?)^```", re.DOTALL | re.MULTILINE)
SAID = re.compile(r"# (-?\d+(?:\.\d+)?|inf|nan)\b")
NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?|inf|nan")
PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def _cases():
    for library in VERSIONS if DEEP else QUICK:
        for name, loss in losses(library):
            if DEEP or not QUICK[library] or name in QUICK[library]:
                yield pytest.param(library, name, loss, id=f"{library}.{name}")


@pytest.mark.parametrize(("library", "name", "loss"), list(_cases()))
def test_a_released_loss_is_accused_of_its_defects_and_of_nothing_else(library, name, loss):
    if name in UNREAD.get(library, ()):
        with pytest.raises(ArgumentError):
            check(loss)
        return
    verdict = check(loss)
    found = {each.check: each.says for each in (*verdict.failures, *verdict.warnings)}
    if set(found) != known(library, name) and version(library) != VERSIONS[library]:
        pytest.skip(f"{library} {version(library)}; {VERSIONS[library]} was looked at")
    assert set(found) == known(library, name), found


@pytest.mark.parametrize("loss", list(lossary.find()), ids=lambda each: each.__name__)
def test_our_own_losses_are_not_accused(loss):
    verdict = check(loss)
    assert [each.says for each in (*verdict.failures, *verdict.warnings)] == []


def test_the_page_tells_every_known_finding():
    page = PAGE.read_text(encoding="utf-8")
    untold = [e for e in FINDINGS if f"`{e.loss}`" not in page or e.checks[0] not in page]
    assert untold == []


@pytest.mark.skipif(not DEEP, reason="it opens every library; make test-deep asks for it")
def test_every_example_of_the_page_shows_what_is_said_beside_it(capsys):
    open_vision()
    for block in EXAMPLE.findall(PAGE.read_text(encoding="utf-8")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries warn of each other
            exec(compile(block, str(PAGE), "exec"), {})
        shown = NUMBER.findall(capsys.readouterr().out)
        untold = [each for each in SAID.findall(block) if not _among(each, shown)]
        assert untold == [], block


def _among(said, shown):
    """Say whether a number is among those shown, to the digits in which it is said."""
    digits = len(said.partition(".")[2])
    return said in shown or said in {f"{float(each) + 0.0:.{digits}f}" for each in shown}
