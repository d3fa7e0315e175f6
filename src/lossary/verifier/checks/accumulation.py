"""Check 17: a batch in parts, as gradient accumulation takes it."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.extra import Extra, extras
from lossary.verifier.batches.parts import Parts, parted
from lossary.verifier.batches.structure import near, structure
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check


@check(
    number=17,
    reason="Four micro-batches should train as their one batch does; where valid entries are"
    " unevenly spread, a mean of means trains something else.",
    rule="FAIL where a loss that promises exactness is not exact: one that sums, or one that is"
    " handed the number of items; INFO names the difference for a mean, and what to add up.",
    evidence=("transformers#34191", "transformers#35651", "lightning#20350", "OpenNMT-py#2209"),
    applies=rows.no_rows,
)
def accumulation(subject: Any) -> Iterable[Finding]:
    """The parts of a batch add up to the whole."""
    for extra in extras(subject, "count"):
        yield from _counted(extra)
    yield from _summed(subject)
    parts = parted(subject, subject.draw(n=4))
    if parts is not None and not list(extras(subject, "count")):
        yield from _told(subject, parts)


def _counted(extra: Extra) -> Iterable[Finding]:
    """Hand the whole count to each part: the parts must add up."""
    batch = rows.plain(extra.subject, extra.name).draw(n=4)
    first, second = (rows.taken(extra.subject, batch, each) for each in (range(3), range(3, 4)))
    try:
        whole, *two = (extra.number(each, 4.0) for each in (batch, first, second))
        other = extra.number(batch, 8.0)
    except (CandidateError, Unchangeable):
        return
    if not np.isfinite([whole, *two]).all() or hints.together(extra.subject):
        return
    if near(other, whole):
        says = f"{extra.name} has no effect: {whole:.4g} whether it is 4 or 8."
    elif near(sum(two), whole, max(abs(each) for each in two)):
        return
    else:
        says = (
            f"Handed {extra.name}=4, parts of 3 rows and 1 are worth {two[0]:.4g} and"
            f" {two[1]:.4g}, and the whole {whole:.4g}: they do not add up."
        )
    yield fail(
        says,
        extra.subject.example(
            extra.call(batch, 4.0, "the whole"),
            extra.call(first, 4.0, "its first three rows"),
            extra.call(second, 4.0, "its last row"),
            expected=f"{whole - two[0]:.4g}, so that both add up to {whole:.4g}",
        ),
        cause="a mean is taken over the part before, or in place of, dividing by the count",
        mend=f"return loss.sum() / {extra.name}",
    )


def _summed(subject: Any) -> Iterable[Finding]:
    try:
        form = subject.reduced("sum")
    except Unchangeable:
        return
    declared = subject.contract.known.get("reduction") == "declared"
    if form is None or hints.together(subject) or (form is subject and not declared):
        return
    parts = parted(form, form.draw(n=4))
    if parts is None or parts.adds_up or structure(form).kind in ("batch", "mean", "total"):
        return
    yield fail(
        f"A sum over 3 rows, {parts.values[0]:.4g}, and the fourth alone,"
        f" {parts.values[1]:.4g}, do not add up to that of all 4, {parts.whole:.4g}.",
        form.example(*_calls(form, parts.batch), expected=f"{parts.whole:.4g} for both parts"),
        cause="a mean, a norm or a count of the batch in what should only be added",
        mend="add the entries, and divide nothing",
    )


def _calls(subject: Any, batch: Batch) -> list[Any]:
    first, second = (rows.taken(subject, batch, each) for each in (range(3), range(3, 4)))
    return [
        subject.call(batch, says="the whole"),
        subject.call(first, says="its first three rows"),
        subject.call(second, says="its last row"),
    ]


def _told(subject: Any, parts: Parts) -> Iterable[Finding]:
    kind = structure(subject).kind
    if parts.adds_up or kind in ("unsteady", "unknown"):
        return
    together = kind in ("batch", "total", "moved")
    yield info(
        f"Parts of 3 rows and 1, averaged, are worth {parts.mean:.4g}, the whole"
        f" {parts.whole:.4g}: "
        + (
            "rows are looked at together, so that parts train another objective."
            if together
            else "accumulate sums and counts, and divide once."
        )
    )
