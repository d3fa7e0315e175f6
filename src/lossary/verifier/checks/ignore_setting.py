"""Check 9, for a label that may be set: once it is set, entries that bear it do not count."""

from collections.abc import Iterable, Iterator
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batches import hints, leaving_out, rows
from lossary.verifier.batches.leaving_out import IGNORED, LeavingOut, moves, stepped
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

LABEL = 1


def _unset(subject: Any) -> list[str]:
    """Return the settings for a label that is left out, where none is left out by default."""
    target = subject.contract.target
    if target is None or target.domain != "labels" or "k" not in subject.contract.prediction.axes:
        return []
    return [name for name, v in subject.candidate.settings.items() if v is None and name in IGNORED]


def _applies(subject: Any) -> str | None:
    reason = rows.no_rows(subject)
    if reason is None and not _unset(subject):
        return "no label to leave out may be set"
    return "rows are looked at together" if reason is None and hints.together(subject) else reason


@check(
    number=9,
    reason="Whoever sets it trusts that void pixels and padding are left out.",
    rule="FAIL where, with a label set to be ignored, predictions of entries that bear it move the"
    " value.",
    evidence=("smp#366",),
    applies=_applies,
)
def ignore_setting(subject: Any) -> Iterable[Finding]:
    """What is set to be ignored moves nothing."""
    for way in _set(subject):
        if moves(way):
            yield _counts(way)


def _set(subject: Any) -> Iterator[LeavingOut]:
    target = subject.contract.target
    for name in _unset(subject):
        try:
            other = subject.changed(**{name: LABEL})
            other.number(other.typical)
        except (CandidateError, Unchangeable):
            continue
        if set(target.axes) <= set(subject.contract.prediction.axes):
            way = LeavingOut(other, f"{name}={LABEL}", target.axes, label=float(LABEL))
            yield stepped(way)


def _counts(way: LeavingOut) -> Finding:
    batch, out = leaving_out.draw(way)
    base = way.without(batch, out)
    other = way.without(leaving_out.garbled(way, batch, out), out)
    here, there = (way.subject.number(each) for each in (base, other))
    return fail(
        f"With {way.words} entries of that label still count: {here:.4g} becomes {there:.4g} when"
        " only their predictions change.",
        way.subject.example(
            way.subject.call(base),
            way.subject.call(other, says="other predictions for the entries that are left out"),
            expected=f"{here:.4g} again",
        ),
        cause="the setting is not used, or only in the count",
        mend="keep = target != ignore_index; (loss * keep).sum() / keep.sum().clamp(min=1)",
    )
