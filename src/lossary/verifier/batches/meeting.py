"""Which rows of a batch meet: the value moves with two rows otherwise than with each alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import rows

TRIED = 4
"""Rows that are moved; four of six show a shift by one or two places."""
NOISE = 3e-6
"""Of the value: a loss that computes in single precision still counts as exact."""


@dataclass(frozen=True)
class Meeting:
    """Booleans for pairs of rows; a kink or a flat place may hide a meeting, never make one up."""

    pairs: Array
    """Row i of the prediction meets row j of the prediction."""
    across: Array
    """Row i of the prediction meets row j of the target and all else that is given."""

    @property
    def predictions(self) -> bool:
        return bool(self.pairs.any())

    @property
    def others(self) -> bool:
        """Say whether a row of the prediction meets what is given for another row."""
        return bool((self.across & ~np.eye(len(self.across), dtype=bool)).any())

    @property
    def moved(self) -> bool:
        """Say whether each row of the prediction meets one row of the target, not its own."""
        once = (self.across.sum(0) <= 1).all() and (self.across.sum(1) <= 1).all()
        apart = not np.diag(self.across).any() and self.across.sum() >= TRIED // 2
        return bool(once and apart and not self.predictions)


def meetings(subject: Any, batch: Batch) -> Meeting | None:
    """Move rows one by one and two by two; None where a value is not finite."""
    tried = range(min(TRIED, rows.count(subject, batch)))
    drawn = rows.other(subject, batch)
    learnt, given = rows.learnt(subject), rows.given(subject)

    def value(*changes: tuple[tuple[str, ...], int]) -> float:
        moved = batch
        for which, row in changes:
            moved = rows.put(moved, drawn, which, row)
        return float(subject.number(moved))

    try:
        here = value()
        mine = np.array([value((learnt, i)) for i in tried])
        theirs = np.array([value((given, j)) for j in tried])
        both = np.array([[value((learnt, i), (given, j)) for j in tried] for i in tried])
        pairs = np.array([[value((learnt, i), (learnt, j)) for j in tried] for i in tried])
    except CandidateError:
        return None
    np.fill_diagonal(pairs, 2 * mine - here)
    found = (
        pairs - mine[:, None] - mine[None, :] + here,
        both - mine[:, None] - theirs[None, :] + here,
    )
    if not all(np.isfinite(each).all() for each in found):
        return None
    spread = max(np.abs(mine - here).max(), np.abs(theirs - here).max())
    size = max(abs(here), np.abs(mine).max(), np.abs(theirs).max())
    room = max(1e-5 * float(spread), NOISE * float(size))
    return Meeting(abs(found[0]) > room, abs(found[1]) > room)
