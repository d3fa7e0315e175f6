"""Check 6: an objective of real labels does not round them."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import single
from lossary.verifier.boosting.labels import batch
from lossary.verifier.boosting.slopes import of
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

COUNTED = re.compile(r"count|rating|ordinal|grade|rank|integer|rounded|discrete", re.IGNORECASE)


def _measured(subject: Any) -> str | None:
    contract = subject.contract
    if single(subject):
        return single(subject)
    if contract.target.domain != "real" or contract.known.get("target.domain") == "assumed":
        return "its labels are not known to be real numbers"
    counted = COUNTED.search(f"{subject.candidate.name} {subject.candidate.doc}")
    return "its labels are counted" if counted else None


@check(
    number=6,
    reason="Labels that are cast to integers lose what stands behind the point, and nothing says"
    " so: a regression learns the numbers rounded down.",
    rule="FAIL where labels of 2 and 2.5, and of −2 and −2.5, give the same gradients at all"
    " scores, though the gradient turns at labels below zero and above.",
    evidence=("a held-out corpus",),
    applies=_measured,
)
def objective_labels(subject: Any) -> Iterable[Finding]:
    """Labels that differ behind the point have gradients that differ."""
    score = np.linspace(-4.9, 4.7, 32)
    given = {label: of(subject, score, np.full(32, label))[0] for label in (-2.4, -2.6, 2.4, 2.6)}
    near = {label: of(subject, score, np.full(32, label))[0] for label in (2.1, 2.9, 0.9)}
    if np.array_equal(near[2.1], near[0.9]):
        return
    rounded = np.array_equal(near[2.1], given[2.4])
    rounded &= np.array_equal(given[-2.4], given[-2.6]) or np.array_equal(near[2.9], given[2.6])
    if not rounded or not np.isfinite(near[2.1]).all():
        return
    yield fail(
        "Labels of 2.1 and 2.4 give the same gradients at every score: they are rounded.",
        subject.example(
            subject.call(batch(subject, 2.25, 2.1)),
            subject.call(batch(subject, 2.25, 2.4)),
            expected="a gradient below 0 for the label 2.4, and one above 0 for 2.1",
        ),
        cause="labels that are cast with astype(int), as those of classes are",
        mend="leave the labels of a regression as they are",
    )
