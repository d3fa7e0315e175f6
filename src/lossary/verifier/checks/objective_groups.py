"""Check 19: a row's gradient hangs on the rows of its own query only."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.boosting import objective
from lossary.verifier.boosting.queries import asks_for_queries
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check


def _grouped(subject: Any) -> str | None:
    return objective(subject) or asks_for_queries(subject)


@check(
    number=19,
    reason="Pairs across queries compare documents that are never shown together.",
    rule="FAIL where an objective that asks for the sizes of queries lets the scores of one query"
    " move the slopes of another, or leaves a query out that moves when it is alone.",
    evidence=("a held-out corpus",),
    applies=_grouped,
)
def objective_groups(subject: Any) -> Iterable[Finding]:
    """Slopes of two queries in one table are those of two tables."""
    batch = subject.draw(n=7)
    call = subject.candidate.call
    parts = (slice(0, 4), slice(4, 7))
    both = replace(subject, candidate=_with(subject, replace(call, group=(4, 3))))
    try:
        found = both.value(batch)
        alone = [subject.value(batch.each(lambda array, part=part: array[part])) for part in parts]
    except CandidateError:
        return
    wanted = np.concatenate(alone, axis=1)
    off = ~np.isclose(found, wanted, rtol=1e-5, atol=1e-8, equal_nan=True).all(axis=0)
    off = off.reshape(len(off), -1).any(axis=1)
    # Slopes that are divided by something of the whole table differ by one factor.
    if not off.any() or _in_step(found[0], wanted[0]):
        return
    row = int(np.argmax(off))
    part = parts[row >= 4]
    yield fail(
        f"With queries of 4 and 3 rows, row {row} has the gradient"
        f" {np.ravel(found[0][row])[0]:.4g}; alone, its query gives"
        f" {np.ravel(wanted[0][row])[0]:.4g}.",
        subject.example(
            subject.call(
                batch.each(lambda array: array[part]), says="one of the two queries alone"
            ),
            expected="the same slopes where another query stands beside it",
        ),
        cause="the ends of queries are off by one, or all rows are compared with each other",
        mend="ends = np.cumsum(group); take the rows ends[i] − group[i] to ends[i] of each query",
    )


def _with(subject: Any, call: Any) -> Any:
    return replace(subject.candidate, call=call)


def _in_step(found: Any, wanted: Any) -> bool:
    known = np.abs(wanted) > 1e-9
    ratio = found[known] / wanted[known]
    return bool(len(ratio) and ratio[0] > 0 and np.allclose(ratio, ratio[0], rtol=1e-5))
