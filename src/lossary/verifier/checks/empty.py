"""Check 7: a batch of no rows."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, leaving_out, rows
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check

HUGE = 1e6
CARED = re.compile(r"numel\(\) == 0|numel\(\) < 1|len\(\w+\) == 0|shape\[0\] == 0|size == 0")
"""Code or words of an author who thought of a batch without rows."""


@check(
    number=7,
    reason="A filter, a crop or a short last shard leaves a batch with nothing in it, and one NaN"
    " or one huge number there ends a training of days.",
    rule="FAIL where the value of no rows is huge or infinite, where the code has a case for it and"
    " gives NaN all the same, or where the value is cut off from the graph; INFO says what is given"
    " otherwise: NaN is the mean of nothing, as everywhere.",
    evidence=("pytorch#50224", "mmdetection#5976", "luminoth#68", "e2ec#7"),
    applies=rows.no_rows,
)
def empty(subject: Any) -> Iterable[Finding]:
    """A batch of no rows is worth nothing, or says so."""
    batch = subject.draw(n=0)
    found = subject.gives(batch)
    if isinstance(found, str):
        yield info(f"A batch of no rows raises {found.splitlines()[0][:100]}.")
        return
    if np.size(found) == 0:
        return
    value = float(np.sum(found))
    if np.isinf(value) or abs(value) > HUGE:
        yield _broken(subject, batch, value)
    elif np.isnan(value):
        yield (
            _broken(subject, batch, value)
            if _cared(subject)
            else info("A batch of no rows gives nan, the mean of nothing: skip such a batch.")
        )
    elif cut_off(subject, batch):
        yield _cut(subject, batch, value)
    else:
        yield info(f"A batch of no rows gives {value:.4g}.")


def _cared(subject: Any) -> bool:
    if leaving_out.by_framework(subject):
        return False
    return bool(CARED.search(hints.source(subject)) or "empty batch" in hints.doc(subject))


def cut_off(subject: Any, batch: Batch) -> bool:
    """Say whether the value hangs on nothing here, though it does on an ordinary batch."""
    if not subject.differentiable:
        return False
    try:
        return subject.slope(batch) is None and subject.slope(subject.typical) is not None
    except CandidateError:
        return False


def _broken(subject: Any, batch: Batch, value: float) -> Finding:
    return fail(
        f"A batch of no rows is worth {value:.4g}.",
        subject.example(subject.call(batch), expected="0, or an error that says so"),
        cause="a division by a count of zero, or by an epsilon in its place",
        mend="divide by max(count, 1)",
    )


def _cut(subject: Any, batch: Batch, value: float) -> Finding:
    return fail(
        f"A batch of no rows is worth {value:.4g} that hangs on no prediction: backward raises.",
        subject.example(subject.call_slope(batch), expected="a gradient of zeros"),
        cause="a new constant is returned instead of a sum over nothing",
        mend="return prediction.sum() * 0, which stays in the graph",
    )
