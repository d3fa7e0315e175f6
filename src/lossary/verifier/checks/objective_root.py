"""Check 23: the gradient of an objective is zero where the score says what the label says."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import single
from lossary.verifier.boosting.labels import batch
from lossary.verifier.boosting.shape import course
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

LOGARITHMIC = re.compile(r"poisson|gamma_?(dev|obj|nll|loss|reg|$)|tweedie", re.IGNORECASE)
LOGISTIC = re.compile(
    r"logistic|log_?loss|log_?reg|binary|(^|_)bce|cross_?entropy|xentropy", re.IGNORECASE
)
PLAIN = re.compile(
    r"huber|log_?cosh|squared_?(error|loss)|(^|_)(l[12]|r?mse|mae)(_|$)|absolute", re.IGNORECASE
)
OTHERS = re.compile(r"focal|inflated|zero|hurdle|residual|relative|bias|offset", re.IGNORECASE)
NEAR = 0.25
"""Two steps of the grid on which turns are looked for."""


def _rooted(subject: Any) -> str | None:
    name = f"{subject.candidate.name} {subject.candidate.doc}"
    if single(subject):
        return single(subject)
    unknown = subject.contract.known.get("target.domain") == "assumed" or OTHERS.search(name)
    named = LOGISTIC.search(subject.candidate.name) and not OTHERS.search(name)
    least = None if unknown else _roots(subject)
    return None if named or least else "its name does not say where it is least"


def _roots(subject: Any) -> Any:
    """Return functions that give the best score of a label: one for each link that is usual."""
    name, domain = subject.candidate.name, subject.contract.target.domain
    if LOGARITHMIC.search(name) and domain in ("nonnegative", "positive", "real"):
        return {"log(label)": np.log, "the label": lambda label: label}
    if PLAIN.search(name) and domain == "real":
        return {"the label": lambda label: label}
    return None


@check(
    number=23,
    reason="Boosting ends where the gradients of a leaf sum to zero: an objective whose gradient"
    " is zero elsewhere learns another number than the label.",
    rule="FAIL where the gradient of an objective named after Poisson, gamma or Tweedie turns"
    " neither at log(label) nor at the label, or one named after a distance not at the label; or"
    " where that of a logistic one is content with a label of 1 below a score of 0.",
    evidence=("a held-out corpus",),
    applies=_rooted,
)
def objective_root(subject: Any) -> Iterable[Finding]:
    """The gradient of an objective turns where the score says what the label says."""
    if LOGISTIC.search(subject.candidate.name):
        yield from _early(subject)
        return
    seen = {t: course(subject.candidate, t, subject.contract.sizes) for t in (0.5, 2.0, 3.5)}
    if any(each.pattern != "up" for each in seen.values()):
        return
    roots = _roots(subject)
    for root in roots.values():
        if all(abs(each.root - root(label)) < NEAR for label, each in seen.items()):
            return
    wanted = " or ".join(roots)
    label, place = 3.5, seen[3.5].root
    yield fail(
        f"For the label {label:g} the gradient is zero at the score {place:.3g}, and has to be at"
        f" {wanted}: boosting learns another number.",
        subject.example(
            subject.call(batch(subject, place, label)), expected=f"a gradient of 0 at {wanted}"
        ),
        cause="a link that is missing or applied twice, or a wrong exponent or factor in one term",
        mend="differentiate the loss with respect to the raw score, and compare: check(objective,"
        " value=loss)",
    )


def _early(subject: Any) -> Iterable[Finding]:
    """Look for a probability below one half with which a label of 1 is content, and for 0."""
    for label, sign in ((1.0, 1.0), (0.0, -1.0)):
        found = course(subject.candidate, label, subject.contract.sizes)
        if found.pattern == "up" and sign * found.root < -NEAR:
            yield fail(
                f"For the label {label:g} the gradient is zero at the score {found.root:.3g}: the"
                " score is held on the wrong side of 0.",
                subject.example(
                    subject.call(batch(subject, found.root, label)),
                    expected="a negative gradient" if label else "a positive gradient",
                ),
                cause="a weight that multiplies the probability and not the label, or a threshold",
                mend="weight * (p - label), and weight * p * (1 - p)",
            )
            return
