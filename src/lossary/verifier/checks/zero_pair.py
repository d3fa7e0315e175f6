"""Check 10, at zero: prediction and target may both be exactly zero."""

import re
from collections.abc import Iterable
from math import isfinite, isnan
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import regression
from lossary.verifier.rule import check

SAID = re.compile(r"undefined|non-?zero|not (be )?zero|both (are )?zero|0 ?/ ?0|\bnan\b")
SHARED = 0.75
"""An entry well inside what is drawn, beside a zero."""


def _applies(subject: Any) -> str | None:
    contract = subject.contract
    if contract.kind != "loss":
        return "a boosting objective gives no value"
    if not contract.roles("prediction") or not regression(subject):
        return "prediction and target are no numbers of one kind"
    if {contract.prediction.domain, contract.target.domain} != {"real"}:
        return "zero may lie outside its domain"
    return "it speaks of zeros itself" if SAID.search(hints.doc(subject)) else None


@check(
    number=10,
    reason="Sales, rain and padded steps are exactly zero, and a model with a ReLU predicts exactly"
    " zero for them: 0 / 0 makes the mean of the whole batch NaN.",
    rule="FAIL where the value is NaN as one prediction and its target are both zero, and a number"
    " as only one of them is; silent where a zero target alone has no value, as for a relative"
    " error, or the docstring speaks of zeros.",
    evidence=("darts#2983", "causalml#1050"),
    applies=_applies,
)
def zero_pair(subject: Any) -> Iterable[Finding]:
    """A prediction of zero for a target of zero has a value."""
    prediction, target = subject.contract.prediction.name, subject.contract.target.name
    batch = subject.typical
    alone = [_with(batch, {prediction: SHARED, target: 0.0})]
    alone += [_with(batch, {prediction: 0.0, target: SHARED})]
    alone += [_with(batch, {prediction: SHARED, target: SHARED})]
    zeros = {prediction: 0.0, target: 0.0}
    if not isnan(_number(subject, _with(batch, zeros))):
        return
    if not all(isfinite(_number(subject, each)) for each in (batch, *alone)):
        return
    yield _finding(subject, _small(subject, _with(batch, zeros)))


def _with(batch: Batch, numbers: dict[str, float]) -> Batch:
    """Put numbers into the first entry."""
    for name, number in numbers.items():
        batch = batch.changed(name, (0,) * batch[name].ndim, number)
    return batch


def _number(subject: Any, batch: Batch) -> float:
    try:
        return float(subject.number(batch))
    except CandidateError:
        return np.inf


def _small(subject: Any, batch: Batch) -> Batch:
    if subject.contract.prediction.axes[:1] != ("n",) or "n" in subject.contract.sizes:
        return batch
    one = subject.rows(batch, slice(0, 1))
    return one if isnan(_number(subject, one)) else batch


def _finding(subject: Any, batch: Batch) -> Finding:
    return fail(
        "The value is NaN where one prediction and its target are both exactly zero; where only"
        " one of them is zero it is a number.",
        subject.example(subject.call(batch), expected="a number, as 0"),
        cause="a division by the sum of both sizes, which is 0 / 0 there",
        mend="divide where the denominator is positive, and take 0 elsewhere; or add an epsilon",
    )
