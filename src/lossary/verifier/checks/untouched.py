"""Check 30: the arrays of a call are the same after it."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Call, Finding, fail
from lossary.verifier.programme.calls import damage, eager
from lossary.verifier.rule import always, check
from lossary.verifier.shrinking import shrunk


def _writable(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    fixed = subject.host.name in ("jax", "tensorflow", "keras")
    return f"arrays of {subject.host.name} cannot be written into" if fixed else None


@check(
    number=30,
    reason="Whoever uses the arrays after the loss (a metric, the next loss, the next epoch) gets"
    " other numbers, and nothing says so.",
    rule="FAIL where an array that was handed over has changed after the call.",
    evidence=("pytorch#130193",),
    applies=_writable,
)
def untouched(subject: Any) -> Iterable[Finding]:
    """A loss writes into none of the arrays that it is handed."""
    subject = eager(subject)
    for batch in _batches(subject):
        for precision in ("float32", "float64"):
            changed = damage(subject, batch, precision)
            if changed:
                yield _finding(subject, batch, precision)
                return


def _finding(subject: Any, batch: Batch, precision: str) -> Finding:
    small = shrunk(subject, batch, lambda b: damage(subject, b, precision))
    changed = damage(subject, small, precision)
    name, after = next(iter(changed.items()))
    places = np.flatnonzero(np.asarray(small[name] != after).ravel())
    place = places[0] if len(places) else 0
    before, now = (float(np.ravel(each)[place]) for each in (small[name], after))
    return fail(
        f"The loss writes into {name}: an entry of {before:.4g} is {now:.4g} after the call.",
        subject.example(
            Call(small, after, None, precision, shows=name),
            expected=f"{name} as it was",
        ),
        cause="an operation in place: clamp_, +=, an assignment by index, out=",
        mend="make a new array (clamp, where, x = x + y), or copy it first",
    )


def _batches(subject: Any) -> Iterator[Batch]:
    """Yield batches with what is usually mended in place: odd labels, far predictions, NaN."""
    typical, contract = subject.typical, subject.contract
    yield typical
    score = contract.prediction.name
    low, high = subject.limits(score)
    ends = np.resize([max(low, -60.0), min(high, 60.0), 0.5], typical[score].shape)
    if typical[score].dtype.kind == "f":
        yield typical.with_(score, ends)
    target = contract.target
    if target is None or not typical[target.name].size:
        return
    for odd in (contract.ignore, 255, -1, -100, 0, np.nan):
        array = typical[target.name]
        if odd is None or (array.dtype.kind != "f" and not np.isfinite(odd)):
            continue
        yield typical.changed(target.name, (0,) * array.ndim, odd)
