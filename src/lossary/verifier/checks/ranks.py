"""Check 18: a batch on several machines that average their gradients."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import leaving_out, rows
from lossary.verifier.batches.structure import near, structure
from lossary.verifier.finding import Finding, info
from lossary.verifier.rule import check


def _shared(subject: Any) -> str | None:
    reason = rows.no_rows(subject)
    if reason is None and not subject.differentiable:
        return "there is no gradient to average"
    if reason is None and structure(subject).kind in ("unsteady", "unknown"):
        return "its value is not the same twice"
    return reason


@check(
    number=18,
    reason="Data-parallel training averages the gradients of its ranks: where each divides by its"
    " own count, entries on a short rank weigh more.",
    rule="INFO only: which gradient two simulated ranks of equal size get, beside that of the whole"
    " batch, with the valid entries spread unevenly where entries can be left out.",
    evidence=("transformers#34242", "torchtitan#2206", "prime-rl#1957", "nnUNet#1354"),
    applies=_shared,
)
def ranks(subject: Any) -> Iterable[Finding]:
    """Ranks that average their gradients follow the gradient of the whole batch."""
    way = next(leaving_out.ways(subject), None)
    one = subject if way is None else way.subject
    batch = _batch(subject, way)
    halves = [rows.taken(one, batch, each) for each in (range(3), range(3, 6))]
    whole, apart = _slope(one, batch), [_slope(one, half) for half in halves]
    if whole is None or any(each is None for each in apart):
        return
    joined = np.concatenate(apart) / 2  # type: ignore[arg-type]
    if near(joined, whole) or near(2 * joined, whole):
        return
    yield info(_sentence(subject, way, joined, whole))


def _batch(subject: Any, way: Any) -> Batch:
    """Draw six rows, of which the first rank has one that counts and the second three."""
    if way is None:
        found: Batch = subject.draw(n=6)
        return found
    batch = (rows.plain(way.subject, way.words) if way.extra else subject).draw(n=6)
    out = np.zeros(way.shape(batch), dtype=bool)
    out[:2] = True
    return way.without(batch, out)


def _slope(subject: Any, batch: Batch) -> Array | None:
    try:
        found = subject.slope(batch, rows.learnt(subject)[0])
    except CandidateError:
        return None
    return found if found is not None and np.isfinite(found).all() else None


def _sentence(subject: Any, way: Any, joined: Array, whole: Array) -> str:
    off = float(np.linalg.norm(joined - whole) / np.linalg.norm(whole))
    if structure(subject).kind in ("batch", "total", "moved"):
        return (
            f"Two ranks that average their gradients are {off:.0%} away from the whole batch's:"
            " rows are looked at together; gather them, with their gradients, first."
        )
    where = f" (one entry counts on a rank, three on the other, by {way.words})" if way else ""
    return (
        f"Two ranks that average their gradients are {off:.0%} away from the whole batch's{where}:"
        " sum over ranks, and divide by the count of all of them."
    )
