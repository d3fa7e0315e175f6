"""Check 15: what a batch that comes twice does to a mean, and to a sum."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.structure import near, structure
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

KINDS = ("mean", "sum", "scaled", "ratio", "moved")


def _apart(subject: Any) -> str | None:
    reason = rows.no_rows(subject)
    if reason is None and structure(subject).kind not in KINDS:
        return "its rows are looked at together"
    return reason


@check(
    number=15,
    reason="The learning rate is tuned for one batch size: where a term changes its weight with"
    " the number of rows, it is wrong for every other.",
    rule="FAIL where a batch that comes twice neither leaves the value nor doubles it: halved,"
    " fourfold, or one part left and another doubled.",
    evidence=("focal-loss-keras#5", "pytorch#61309", "LD#74"),
    applies=_apart,
)
def batch_scale(subject: Any) -> Iterable[Finding]:
    """A batch that comes twice leaves a mean as it is, and doubles a sum."""
    batch = subject.draw(n=3)
    if hints.together(subject) or _settled(subject, batch):
        return
    here = _values(subject, batch)
    if not np.isfinite(here).all():
        return
    power = _power(here)
    if power in (-1, 2):
        yield _found(subject, batch, here, *POWERS[power])
    elif _parts(subject, batch, here):
        yield _found(subject, batch, here, *PARTS)


POWERS = {
    -1: ("the mean is divided by the number of rows once more",
         "divide once, by the number of rows"),
    2: ("the number of rows comes in twice, as in a table of n times n",
        "sum over the rows once, and divide by their number"),
}  # fmt: skip
PARTS = (
    "one term is averaged over the rows and another is summed",
    "reduce every term over the rows in the same way, then add them",
)


def _settled(subject: Any, batch: Batch) -> bool:
    """Say whether twice the batch is worth as much, or twice as much, as nearly always."""
    once, twice = subject.number(batch), subject.number(rows.doubled(subject, batch))
    size = abs(once) + abs(twice)
    return not np.isfinite(size) or near(twice, once, size) or near(twice, 2 * once, size)


def _values(subject: Any, batch: Batch) -> list[float]:
    """Return what the batch is worth once, twice and four times."""
    twice = rows.doubled(subject, batch)
    return [subject.number(each) for each in (batch, twice, rows.doubled(subject, twice))]


def _power(values: list[float]) -> int | None:
    """Find the power of the number of rows with which the value grows, if it is one."""
    once, twice, four = values
    for power in (-1, 0, 1, 2):
        if once and near(twice / once, 2.0**power) and near(four / once, 4.0**power):
            return power
    return None


def _parts(subject: Any, batch: Batch, here: list[float]) -> bool:
    """Say whether a part stays and a part doubles, and neither of them is a constant."""
    there = _values(subject, rows.other(subject, batch))
    size = max(abs(each) for each in (*here, *there))
    (still, grows), (still2, grows2) = _straight(here), _straight(there)
    mixed = min(abs(still), abs(grows), abs(still - still2), abs(grows - grows2)) > 1e-4 * size
    lines = zip((here, there), ((still, grows), (still2, grows2)), strict=True)
    return mixed and all(near(values[2], a + 4 * b, size) for values, (a, b) in lines)


def _straight(values: list[float]) -> tuple[float, float]:
    once, twice, _ = values
    return 2 * once - twice, twice - once


def _found(subject: Any, batch: Batch, values: list[float], cause: str, mend: str) -> Finding:
    once, twice, _ = values
    return fail(
        f"The same rows twice are worth {twice:.4g}, once {once:.4g}: neither a mean, which stays,"
        " nor a sum, which doubles.",
        subject.example(
            subject.call(batch),
            subject.call(rows.doubled(subject, batch), says="each row twice"),
            expected=f"{once:.4g} for a mean, {2 * once:.4g} for a sum",
        ),
        cause,
        mend,
    )
