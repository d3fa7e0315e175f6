"""Every bug of the corpus is found, by a check that explains it, and no correct twin is accused."""

import pytest

from lossary.verifier import check
from lossary.verifier.examining import BROKE
from tests.check.corpus import all_pairs
from tests.check.replaying import replayed

PAIRS = all_pairs()
TWINS = {id(pair.correct): name for name, pair in PAIRS.items()}
CHANCE, REMEMBERS = "determinism", "hidden_state"
"""What the first says cannot be repeated; of a loss that the second accuses nothing can."""


def _verdict(loss, declared):
    verdict = check(loss, **declared)
    broken = {name: said for name, said in verdict.skipped.items() if BROKE in said}
    assert broken == {}, "a check broke"
    return verdict, {each.check: each for each in (*verdict.failures, *verdict.warnings)}


def test_the_corpus_is_large():
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("name", PAIRS)
def test_a_bug_is_found_and_the_code_that_is_printed_shows_it(name):
    pair = PAIRS[name]
    verdict, accused = _verdict(pair.buggy, pair.declared)
    explaining = [accused[each] for each in pair.caught_by if each in accused]
    assert explaining, f"found only {sorted(accused)}"
    assert verdict.failures or pair.warned, "nothing failed"
    if REMEMBERS not in accused:
        told = [each for each in verdict.findings if each.check != CHANCE]
        shown = [each for each in told if verdict.reproduction(each)]
        wrong = {each.check: replayed(verdict, each, pair.buggy) for each in shown}
        assert {check: why for check, why in wrong.items() if why} == {}
        assert all(map(verdict.reproduction, verdict.failures)), "a failure shows nothing"


@pytest.mark.parametrize("name", TWINS.values())
def test_a_correct_twin_is_not_accused(name):
    pair = PAIRS[name]
    _, accused = _verdict(pair.correct, pair.declared)
    assert {name: each.says for name, each in accused.items()} == {}
