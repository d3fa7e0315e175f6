"""Check 19: the order of rows, and of classes, says nothing."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.structure import Structure, near, structure
from lossary.verifier.batches.vectors import vectors
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.rule import check

ORDERED = re.compile(
    r"ordinal|ordered|\bcorn\b|\bemd\b|earth|background|blank|\bctc\b|hierarch|distance|unimodal|"
    r"cumulative|adaptive|kappa|padding|linspace|quantile|pinball|"
    r"arange\((?!len|n\)|b\)|batch|\w+\.shape\[0\]|\w+\.size\(0\)|labels|target|logits)|,\s*1:\]|,\s*:-1\]|class_?weight|\[\s*0?\.\d"
)
"""Signs that classes are not meant to be alike."""


@check(
    number=19,
    reason="A shuffled data set is the same data set: a loss that sees an order has paired"
    " predictions with other rows' targets.",
    rule="FAIL where predictions meet other rows' targets, or where a loss that promises a mean or"
    " a sum over rows changes with their order, or a classifier's with the classes' names; INFO"
    " where nothing promises it; silent where the loss speaks of order, time, pairs or background.",
    evidence=("LibMTL#56", "cleverhans#25"),
    applies=rows.no_rows,
)
def permutation(subject: Any) -> Iterable[Finding]:
    """Rows in another order are the same batch, and classes under other names the same classes."""
    found = structure(subject)
    if found.kind == "unsteady":
        return
    yield from _rows(subject, found)
    yield from _classes(subject, found)


def _rows(subject: Any, found: Structure) -> Iterable[Finding]:
    n = rows.count(subject, found.batch)
    order = np.roll(np.arange(n)[::-1], 2)
    try:
        here = subject.value(found.batch)
        there = subject.value(rows.taken(subject, found.batch, order))
    except CandidateError:
        return
    along = np.ndim(here) > 0 and here.shape[0] == n
    if np.shape(here) == np.shape(there) and _same(there, here[order] if along else here):
        return
    by_rows = hints.by_rows(subject)
    if found.kind == "moved" and (by_rows or subject.contract.prediction.axes != ("n",)):
        yield _moved(subject, found)
    elif by_rows:
        yield _ordered(subject, found, order)
    elif not hints.together(subject):
        yield info("The order of the rows changes the value: they are taken as a sequence.")


def _same(found: Any, expected: Any) -> bool:
    return not np.isfinite(expected).all() or near(found, expected)


SHIFTED = re.compile(r"next|autoregress|shift|\blag|forecast")
"""A loss that speaks of these may compare a row with the one that comes after it."""


def _moved(subject: Any, found: Structure) -> Finding:
    assert found.meeting is not None
    here, there = (int(each[0]) for each in np.nonzero(found.meeting.across))
    moved = subject.contract.prediction.name
    said = f"{hints.name(subject)} {hints.doc(subject)}"
    say = warn if SHIFTED.search(said) else fail
    two = rows.taken(subject, found.batch, np.arange(2))
    return say(
        f"Row {here} of {moved} is held against row {there} of the target, and not against its"
        f" own: {found.value:.4g} for the batch.",
        subject.example(subject.call(two), expected=_apart(subject, two)),
        cause="a roll, a shift or a sort of one of the two",
        mend="leave the rows in the order in which they came",
    )


def _apart(subject: Any, batch: Batch) -> str:
    try:
        alone = [subject.number(rows.single(subject, batch, row)) for row in (0, 1)]
    except CandidateError:
        return "each row held against its own target"
    return f"a mean or a sum of {alone[0]:.4g} and {alone[1]:.4g}, which the rows have alone"


def _ordered(subject: Any, found: Structure, order: Any) -> Finding:
    shuffled = rows.taken(subject, found.batch, order)
    return fail(
        f"The same rows in another order are worth {subject.number(shuffled):.4g} and not"
        f" {found.value:.4g}.",
        subject.example(
            subject.call(found.batch),
            subject.call(shuffled, says="the same rows in another order"),
            expected=f"{found.value:.4g} again",
        ),
        cause="an index, a roll or a reshape that mixes the axis of rows with another",
        mend="reshape only axes that stand side by side, and move others with transpose first",
    )


def _classes(subject: Any, found: Structure) -> Iterable[Finding]:
    names, batch = _named(subject), found.batch
    if not names or not hints.by_rows(subject) or _ordered_classes(subject):
        return
    other = _renamed(subject, batch, names)
    here, there = subject.number(batch), subject.number(other)
    if not np.isfinite(here) or near(there, here):
        return
    yield fail(
        f"The value hangs on which class is called which: {here:.4g}, and {there:.4g} after the"
        " classes changed places in prediction and target alike.",
        subject.example(
            subject.call(batch), subject.call(other, says="classes in reverse"), expected=here
        ),
        cause="labels that are off by one, or a class index that is used as a number",
        mend="pick the entry of the target's own class: labels run from 0 to k-1",
    )


def _named(subject: Any) -> tuple[str, ...]:
    target, prediction = subject.contract.target, subject.contract.prediction
    if target is None or "k" not in prediction.axes:
        return ()
    if target.domain == "labels":
        return (prediction.name,)
    encoded = target.domain in ("degree", "distribution") and target.axes == prediction.axes
    return (prediction.name, target.name) if encoded else ()


def _ordered_classes(subject: Any) -> bool:
    said = f"{hints.name(subject)} {hints.doc(subject)} {hints.source(subject)}"
    ignored = subject.contract.ignore
    kept = ignored is not None and ignored >= 0
    # Arrays, or lists, of the loss itself hold a number for each class.
    own = "k" in subject.contract.sizes or bool(vectors(subject))
    plain = not kept and not own and not _singled_out(subject)
    return not plain or bool(ORDERED.search(said)) or len(subject.contract.arguments) > 2


def _singled_out(subject: Any) -> bool:
    """Say whether the source compares the target with one number, as of the padding."""
    name = re.escape(subject.contract.target.name)
    compared = rf"\b{name}(\.\w+\(\))?\s*(!=|==|>|<)=?\s*-?\d|\b{name}\.(ne|eq|gt)\("
    called = rf"\b(ne|not_equal|eq|equal|greater)\(\s*{name}\b"
    return bool(re.search(f"{compared}|{called}", hints.source(subject)))


def _renamed(subject: Any, batch: Batch, names: tuple[str, ...]) -> Batch:
    axis = subject.contract.prediction.axes.index("k")
    k = batch[names[0]].shape[axis]
    found = batch.each(lambda array: np.flip(array, axis), names)
    if len(names) == 2:
        return found
    target = subject.contract.target
    return found.with_(target.name, k - 1 - batch[target.name])
