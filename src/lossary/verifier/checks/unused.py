"""Check 21, for what stands beside the prediction: an array that is asked for has an effect."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import doc, name, source
from lossary.verifier.batches.opening import opened
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import always, check

SEEDS = range(1, 6)
SPARE = re.compile(
    r"^_|unused|dummy|ignored|kwargs|(^|_)(epochs?|steps?|iter(ation)?s?|progress|training|phase|"
    r"keys?|rngs?|seeds?|ids?|idx|names?|infos?|meta(data)?|model|state|params)$"
)
"""Names of what is handed over by habit, or steers a schedule, and not by its entries."""
MEANT = re.compile(
    r"sorted|identity|unused|not (be )?used|compatib|placeholder|same (signature|interface|api)"
)
KERAS = ("keras", "tensorflow")


@check(
    number=21,
    reason="A loss that never looks at its target, or at the times it is meant to sort by, trains"
    " something else, and the curve falls all the same.",
    rule="FAIL where a target, or another array without a default, never changes the value; INFO in"
    " Keras, which hands over a target whether it is wanted or not; masks and weights have checks"
    " of their own; INFO too where it counts under another setting.",
    evidence=("Deep_Hierarchical_Classification#6", "mmsegmentation#3172"),
    applies=always,
)
def unused(subject: Any) -> Iterable[Finding]:
    """Every array that the loss asks for has an effect on the value."""
    for argument in subject.contract.arguments:
        if argument.role not in ("target", "other") or SPARE.search(argument.name.lower()):
            continue
        try:
            moved = _moves(subject, argument)
        except CandidateError:
            continue
        if not moved:
            yield _waiting(subject, argument) or _idle(subject, argument)


def _moves(subject: Any, argument: Any) -> bool:
    """Say whether another array of this kind ever gives another value, or none at all."""
    for seed in SEEDS:
        batch = subject.draw(seed)
        here = subject.value(batch)
        for other in _others(subject, argument, seed):
            there = subject.value(batch.with_(argument.name, other))
            if not (np.isfinite(here).all() and np.array_equal(here, there)):
                return True
    return False


def _waiting(subject: Any, argument: Any) -> Finding | None:
    """Say under which other setting it has an effect, or beside which array, if any."""
    for words, form in opened(subject):
        try:
            if _moves(form, argument):
                return info(f"{argument.name} has no effect but with {words}.")
        except CandidateError:
            continue
    return None


def _others(subject: Any, argument: Any, seed: int) -> list[Any]:
    """Return other arrays: drawn anew, the rows in another order, and in a wider range."""
    drawn = [subject.draw(seed + more)[argument.name] for more in (100, 200)]
    same = subject.draw(seed)[argument.name]
    return [*drawn, np.roll(same, 1, axis=0) if same.ndim else same]


def _idle(subject: Any, argument: Any) -> Finding:
    batch, other = subject.typical, subject.draw(101)[argument.name]
    written = f"{name(subject)} {doc(subject)} {source(subject)}"
    meant = subject.host.name in KERAS or "del " in written or MEANT.search(written)
    return (info if meant else fail)(
        f"{argument.name} has no effect: the value stays {subject.number(batch):.4g} whatever it"
        " holds.",
        subject.example(
            subject.call(batch),
            subject.call(batch.with_(argument.name, other), says=f"another {argument.name}"),
            expected="another value",
        ),
        cause="it is not used, overwritten, or cancels out",
        mend=f"compute the loss from {argument.name}, or take it out of the signature",
    )
