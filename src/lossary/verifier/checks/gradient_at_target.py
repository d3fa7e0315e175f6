"""Check 10, at the very point that training aims at: prediction equal to target."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.meaning.landmarks import met
from lossary.verifier.numerics.reading import Reading, lost_slopes, read
from lossary.verifier.rule import check

FREE = ("real", "scores", "logit", "margin")
"""Domains in which any target is a prediction, too."""


def _aims(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if not subject.contract.roles("prediction"):
        return "no argument is a prediction"
    return None if subject.host.slopes else f"{subject.host.name} does not differentiate"


@check(
    number=10,
    reason="The better the model, the nearer it comes to the point at which its gradient is NaN.",
    rule="FAIL where the gradient is NaN at a finite value, when one row equals its target or two"
    " embeddings are equal; WARN where it takes the whole batch, as for the root of a mean; at a"
    " kink, as of |x|, any slope between both sides is right.",
    evidence=("pytorch#4132", "jax#6484", "YOLOv6#417"),
    applies=_aims,
)
def gradient_at_target(subject: Any) -> Iterable[Finding]:
    """The gradient is a number where the prediction meets its target."""
    for says, batch in _meetings(subject):
        reading = read(subject, batch, "float64")
        if reading is None or lost_slopes(subject, reading) is None:
            continue
        one_row = _one_row(subject, reading)
        small = _smallest(subject, reading)
        name = subject.contract.prediction.name
        where = "in one row" if one_row else "in the whole batch"
        yield (fail if one_row else warn)(
            f"The gradient in {name} is NaN where {says} {where}, although the value is"
            f" {small.value:.4g}: an infinite slope of the root was multiplied by zero.",
            subject.example(subject.call_slope(small.batch), expected="numbers, as 0"),
            cause="a square root (or a norm) of zero has an infinite slope, and inf * 0 is NaN",
            mend="add a small number inside the root, sqrt(x + eps), or use where() inside and out",
        )
        return


def _meetings(subject: Any) -> Iterator[tuple[str, Any]]:
    """Yield batches in which prediction and target, or two embeddings, are the same."""
    equal = met(subject, subject.typical)
    if equal is not None:
        yield "prediction and target are equal", equal
        return
    first, target = subject.contract.prediction, subject.contract.target
    if target is not None and target.axes == first.axes and first.domain in FREE:
        same = subject.typical[target.name].astype(np.float64)
        yield "prediction and target are equal", subject.typical.with_(first.name, same)
    for each in subject.contract.arguments:
        learnt = each.role in ("prediction", "other") and each.name != first.name
        if learnt and each.axes == first.axes and each.domain == first.domain == "real":
            same = subject.typical.with_(each.name, subject.typical[first.name])
            yield f"{first.name} and {each.name} are equal", same


def _one_row(subject: Any, reading: Reading) -> bool:
    """Say whether one row that meets its target is enough, as it happens every day."""
    first = subject.contract.prediction
    if first.axes[:1] != ("n",) or "n" in subject.contract.sizes:
        return True
    array = subject.typical[first.name].copy()
    array[0] = reading.batch[first.name][0]
    others = {k: reading.batch[k] for k in reading.batch if k != first.name}
    batch = Batch({**subject.typical.arrays, **others, first.name: array})
    one = read(subject, batch, "float64")
    return one is not None and one.lost


def _smallest(subject: Any, reading: Reading) -> Reading:
    """Take one row, if it shows the same."""
    names = [a for a in subject.contract.arguments if a.axes[:1] == ("n",)]
    if not names or "n" in subject.contract.sizes:
        return reading
    one = read(subject, subject.rows(reading.batch, slice(0, 1)), "float64")
    shows = one is not None and isfinite(one.value) and one.lost
    return one if shows and one is not None else reading
