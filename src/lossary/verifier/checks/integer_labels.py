"""Check 6, for the kind of number: labels that are integers count as the same ones in floats."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.structure import near
from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import settled
from lossary.verifier.rule import check

WHOLE = ("degree", "side", "whole", "count")
"""Domains whose targets come from loaders as integers, entry for entry beside the prediction."""


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    if subject.host.name != "numpy":
        return "only NumPy makes arrays of integers for results in silence"
    target, prediction = subject.contract.target, subject.contract.prediction
    if target.domain not in WHOLE or target.axes != prediction.axes:
        return "its targets are no whole numbers beside the predictions"
    return None


@check(
    number=6,
    reason="Labels are loaded as integers, and an array made like them cuts every loss that is put"
    " into it down to a whole number, without a word.",
    rule="FAIL where a NumPy loss takes labels of 0 and 1, or counts, as integers and gives another"
    " value than for the same numbers in floats; silent where it refuses integers.",
    evidence=("numpy#16578", "numpy#8733"),
    applies=_applies,
)
def integer_labels(subject: Any) -> Iterable[Finding]:
    """Integer labels are worth what the same labels are worth as floats."""
    batch = settled(subject)
    name = subject.contract.target.name
    floats = batch.with_(name, np.round(batch[name].astype(np.float64)))
    found = _both(subject, floats, name)
    if found is None:
        return
    if len(floats[name]) > 1 and "n" not in subject.contract.sizes:
        for row in range(len(floats[name])):
            one = subject.rows(floats, slice(row, row + 1))
            single = _both(subject, one, name)
            if single is not None:
                floats, found = one, single
                break
    yield _differs(subject, floats, name, *found)


def _whole(batch: Any, name: str) -> Any:
    return batch.with_(name, batch[name].astype(np.int64))


def _both(subject: Any, floats: Any, name: str) -> tuple[float, float] | None:
    """Return the values for floats and for integers, where they differ."""
    try:
        here, there = subject.number(floats), subject.number(_whole(floats, name))
    except CandidateError:
        return None
    return (here, there) if np.isfinite(here) and not near(there, here) else None


def _differs(subject: Any, floats: Any, name: str, here: float, there: float) -> Finding:
    return fail(
        f"With {name} as integers the value is {there:.4g}, and with the same numbers as floats"
        f" {here:.4g}.",
        subject.example(
            subject.call(floats),
            subject.call(_whole(floats, name), says="the same labels as integers"),
            expected=f"{here:.4g} again",
        ),
        cause=f"an array made with zeros_like({name}) or empty_like({name}) holds integers only",
        mend="make it like the prediction, or convert first: target = np.asarray(target, float)",
    )
