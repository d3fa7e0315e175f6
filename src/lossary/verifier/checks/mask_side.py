"""Check 8, for what a mask says: entries that are called valid are those that count."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.leaving_out import LeavingOut, ways
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

NAMES = re.compile(r"^(is_)?valid|valid(ity)?$|^keep|^observed|^loss_mask$|^attention_mask$")
OUT = re.compile(r"pad|ignor|drop|exclu|miss|invalid|censor|hidden|noise|corrupt|hole|unobserved")
"""Masks of what is left out; and words behind which a sentence speaks of that."""
SAID = re.compile(
    r"(\b1|true|one|non-?zero)s?\s*(=|:|->|for|where|means|if|on|marks?|is|are)+\s*(the |a |an )?"
    r"(valid|keep|kept|real|observed|present|used|includ|count|token|not pad|non-?pad)"
    rf"(?![^.;,(0\n]*({OUT.pattern}|mask|skip))"
)
AWAY = re.compile(r"\b(0|false|zero)s?\s*(=|:|->|for|where|means|if|is)+\s*(the )?(pad|ignor|miss)")
FILLED = re.compile(
    r"imput|inpaint|infill|mae\b|masked auto|masked (patch|image|language)|mlm|hole"
)
"""Losses of what was hidden from the model: entries that were observed do not count."""


@check(
    number=8,
    reason="With a mask turned round, a model learns from the padding only.",
    rule="FAIL where the name or the docstring says that 1 marks what counts, and only entries of 0"
    " do.",
    evidence=("mindee/doctr#440", "google-deepmind/neural_networks_solomonoff_induction#4"),
    applies=rows.no_rows,
)
def mask_side(subject: Any) -> Iterable[Finding]:
    """Entries that a mask calls valid count, and the others do not."""
    for way in ways(subject):
        if way.extra is None or way.kept or not _promised(subject, way.words):
            continue
        try:
            if _only_others(way):
                yield _turned(way)
        except CandidateError:
            continue


def _promised(subject: Any, mask: str) -> bool:
    said, spelt = hints.doc(subject), mask.lower()
    if OUT.search(spelt) or FILLED.search(f"{hints.name(subject)} {said}"):
        return False
    return bool(NAMES.search(spelt) or SAID.search(said) or AWAY.search(said))


def _only_others(way: LeavingOut) -> bool:
    """Say whether nothing moves under ones, and something under zeros."""
    return not _moves(way, 1.0) and _moves(way, 0.0)


def _moves(way: LeavingOut, level: float) -> bool:
    here, there = _pair(way, level)
    values = [way.subject.number(each) for each in (here, there)]
    return bool(np.isfinite(values).all() and abs(values[0] - values[1]) > 1e-9)


def _pair(way: LeavingOut, level: float) -> Any:
    """Return two batches that differ in row 0 of the prediction, whose mask is at this level."""
    assert way.extra is not None
    batch, name = rows.plain(way.subject, way.words).draw(n=4), way.subject.contract.prediction.name
    mask = np.full(way.shape(batch), 1.0 - level)
    mask[0] = level
    _, filled = way.extra.with_(batch, mask)
    other = filled[name].copy()
    other[0] = rows.plain(way.subject, way.words).draw(9, n=4)[name][0]
    return filled, filled.with_(name, other)


def _turned(way: LeavingOut) -> Finding:
    here, there = _pair(way, 1.0)
    value = way.subject.number(here)
    return fail(
        f"Row 0, whose {way.words} is 1, does not count: {value:.4g} whatever its prediction; rows"
        " of 0 do.",
        way.subject.example(
            way.subject.call(here),
            way.subject.call(there, says="another prediction in row 0"),
            expected="another value",
        ),
        cause="the mask is turned round",
        mend=f"(loss * {way.words}).sum() / {way.words}.sum().clamp(min=1)",
    )
