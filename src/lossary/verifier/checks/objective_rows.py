"""Check 19: the gradient of a row hangs on this row."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.boosting import objective
from lossary.verifier.boosting.queries import meant
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.rule import check


@check(
    number=19,
    reason="A softmax along the wrong axis mixes the rows of a table: it runs, and learns from"
    " neighbours.",
    rule="FAIL where rows of classes hang on each other, or all have the same gradient; else"
    " WARN for one score a row; silent where the name or the code ranks, sorts or groups.",
    evidence=("LightGBM#2558",),
    applies=objective,
)
def objective_rows(subject: Any) -> Iterable[Finding]:
    """A row's gradient and Hessian hang on its own scores and label."""
    if meant(subject):
        return
    batch = subject.draw()
    name = subject.contract.prediction.name
    other = batch.changed(name, 0, batch[name][0] + 1.0)
    if subject.contract.structure == "rows":
        yield from _bent(subject, batch, other)
        return
    several = len(subject.contract.prediction.axes) > 1
    told = fail if several or _all_alike(subject.value(batch)[0]) else warn
    yield told(
        "Other scores in the first row change the gradients of the other rows.",
        subject.example(
            subject.call(batch),
            subject.call(other, says="other scores in the first row"),
            expected="the same gradients in the other rows",
        ),
        cause="a softmax or a sum over axis 0 (the rows) for axis 1 (the classes)"
        if several
        else "a sum, a mean or a softmax over the rows",
        mend="axis=1, keepdims=True" if several else "compute each row from its own score",
    )


def _bent(subject: Any, batch: Batch, other: Batch) -> Iterable[Finding]:
    """Look whether the Hessians of the other rows move, up to one factor for all."""
    before, after = (subject.value(each)[1][1:] for each in (batch, other))
    if np.allclose(before, after, rtol=1e-6, atol=1e-12, equal_nan=True):
        return
    yield warn(
        "Other scores in the first row change the Hessians of the other rows, not their gradients.",
        subject.example(
            subject.call(batch),
            subject.call(other, says="other scores in the first row"),
            expected="the same Hessians in the other rows",
        ),
        cause="a mean or a sum over the rows in the Hessian",
        mend="compute each row's Hessian from its own score",
    )


def _all_alike(gradient: Any) -> bool:
    """Say whether every row has the gradient of all of them, whatever its own label says."""
    return bool(np.ptp(gradient) <= 1e-9 * np.abs(gradient).max())
