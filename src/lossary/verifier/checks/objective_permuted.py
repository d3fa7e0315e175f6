"""Check 19: an objective that sorts its rows gives the slopes back in the order of the table."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.boosting import objective
from lossary.verifier.boosting.queries import called
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

SORTS = {"argsort", "sort", "lexsort", "sorted", "sort_values"}


def _sorted(subject: Any) -> str | None:
    other = objective(subject)
    if other is None and subject.contract.sizes.get("n"):
        return "it takes a table of one size only"
    return other or (None if called(subject) & SORTS else "it does not sort")


@check(
    number=19,
    reason="Slopes of sorted rows go to other rows of the table: every row learns from another.",
    rule="FAIL where an objective that sorts gives other slopes to the same rows in another order.",
    evidence=("a held-out corpus",),
    applies=_sorted,
)
def objective_permuted(subject: Any) -> Iterable[Finding]:
    """Rows in another order have their slopes in that order."""
    batch = subject.draw(seed=2)
    rows = len(next(iter(batch.values())))
    order = np.roll(np.arange(rows)[::-1], 2)
    moved = batch.each(lambda array: array[order])
    try:
        before, again, after = (subject.value(each) for each in (batch, batch, moved))
    except CandidateError:
        return
    steady = np.array_equal(before, again, equal_nan=True)
    if not steady or np.allclose(before[:, order], after, rtol=1e-5, atol=1e-8, equal_nan=True):
        return
    yield fail(
        "The same rows in another order get other slopes.",
        subject.example(
            subject.call(batch),
            subject.call(moved, says="the rows in another order"),
            expected=before[:, order],
        ),
        cause="the rows are sorted, and the slopes are returned in that order",
        mend="found = np.empty_like(grad); found[order] = grad",
    )
