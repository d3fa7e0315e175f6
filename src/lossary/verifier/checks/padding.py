"""Check 9, for lengths: what stands behind the length of a row neither counts nor is counted."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.structure import near
from lossary.verifier.draws import LENGTH
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.rule import check

MEANT = re.compile(r"padded|fixed (length|number)|all (frames|steps|positions|tokens)")
"""Words of a loss that divides by the steps of the whole batch on purpose."""


def _shortened(subject: Any) -> str | None:
    reason = rows.no_rows(subject)
    if reason is None and next(_lengths(subject), None) is None:
        return "it takes no lengths"
    return reason


@check(
    number=9,
    reason="Rows are padded to the longest of their batch: what the padding holds, and how much of"
    " it there is, are accidents of the batch.",
    rule="FAIL where other numbers behind the lengths change the value (WARN where only the first"
    " step behind does, which may be an end mark), or where the mean divides by the padding too.",
    evidence=("transformers#34191",),
    applies=_shortened,
)
def padding(subject: Any) -> Iterable[Finding]:
    """The value of rows with padding is that of the same rows without."""
    for name, axis in _lengths(subject):
        try:
            found = _finding(subject, name, axis)
        except CandidateError:
            continue
        if found is not None:
            yield found
            return


def _lengths(subject: Any) -> Iterator[tuple[str, str]]:
    """Yield the lengths that a loss takes, with the axis of its prediction that they cut."""
    axes = subject.contract.prediction.axes
    for each in subject.contract.arguments:
        axis = each.domain.removeprefix(LENGTH)
        if each.domain.startswith(LENGTH) and each.axes == ("n",) and axis in axes:
            yield each.name, axis


def _finding(subject: Any, name: str, axis: str) -> Finding | None:
    whole = subject.draw(n=6)
    place = subject.contract.prediction.axes.index(axis)
    steps = whole[subject.contract.prediction.name].shape[place]
    half = (steps + 1) // 2
    short = whole.with_(name, np.full_like(whole[name], half))
    full = whole.with_(name, np.full_like(whole[name], steps))
    value = subject.number(short)
    if not np.isfinite(value) or near(value, subject.number(full)):
        return None  # lengths of something else, or not looked at, which is told elsewhere
    for begin, severity in ((half + 1, fail), (half, warn)):
        other = _garbled(subject, short, axis, begin)
        if begin < steps and not near(subject.number(other), value):
            return _counts(subject, short, other, name, severity)
    cut = _cut(subject, short, axis, half)
    right = subject.number(cut)
    if near(value * steps, right * half) and not near(value, right):
        return _divides(subject, short, cut, name, right)
    return None


def _places(subject: Any, axis: str) -> dict[str, int]:
    return {a.name: a.axes.index(axis) for a in subject.contract.arguments if axis in a.axes}


def _garbled(subject: Any, batch: Batch, axis: str, begin: int) -> Batch:
    """Return the batch with other numbers from a step on."""
    source = subject.draw(seed=1, n=6)
    found = dict(batch)
    for name, place in _places(subject, axis).items():
        index = (slice(None),) * place + (slice(begin, None),)
        found[name] = found[name].copy()
        found[name][index] = source[name][index]
    return Batch(found)


def _cut(subject: Any, batch: Batch, axis: str, steps: int) -> Batch:
    places = _places(subject, axis)
    return Batch(
        {n: a.take(range(steps), places[n]) if n in places else a for n, a in batch.items()}
    )


def _counts(subject: Any, here: Batch, there: Batch, name: str, severity: Any) -> Finding:
    first = severity is warn
    what = f"The first step behind {name}" if first else f"What stands behind {name}"
    found: Finding = severity(
        f"{what} counts: {subject.number(here):.4g} becomes {subject.number(there):.4g} when only"
        " the padding changes.",
        subject.example(
            subject.call(here),
            subject.call(there, says=f"other numbers behind {name}"),
            expected=f"{subject.number(here):.4g} again",
        ),
        cause=f"step <= {name} in place of step < {name}" if first else "a term without its mask",
        mend=f"mask = arange(steps)[None, :] < {name}[:, None], for every term",
    )
    return found


def _divides(subject: Any, here: Batch, cut: Batch, name: str, right: float) -> Finding:
    severity = warn if MEANT.search(hints.doc(subject)) else fail
    return severity(
        f"The mean counts the padding behind {name}: {subject.number(here):.4g} with it,"
        f" {right:.4g} for the same rows without.",
        subject.example(
            subject.call(here),
            subject.call(cut, says="the same without padding"),
            expected=f"{right:.4g} again",
        ),
        cause="a mean over all steps, of which those of the padding are zero",
        mend="divide by the steps that count: (error * mask).sum() / mask.sum()",
    )
