"""Check 2: the gradient of a loss that is convex by its name rises with the score."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import rowwise
from lossary.verifier.boosting.curvature import Curvature, curvature
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

DISTANCES = re.compile(
    r"huber|log_?cosh|quantile|pinball|expectile|squared_?(error|loss)|l[12](_|$)|mse|absolute|mae(_|$)",
    re.IGNORECASE,
)
LIKELIHOODS = re.compile(
    r"logistic|log_?loss|log_?reg|cross_?entropy|soft_?max|poisson|binary_?log", re.IGNORECASE
)
OTHERS = re.compile(
    r"focal|robust|trunc|capped|ramp|general|bounded|noise|symmetr|poly|dice|log_?err|relative"
    r"|percent|(squared|mean)_?log|msle|gce|tempered|asl|huber_?log|zero|negative",
    re.IGNORECASE,
)


def _convex(subject: Any) -> str | None:
    if rowwise(subject):
        return rowwise(subject)
    name, contract = subject.candidate.name, subject.contract
    probed = contract.known.get("target.domain") != "assumed"
    real = contract.target.domain == "real" and probed and len(contract.prediction.axes) == 1
    named = LIKELIHOODS.search(name) or (real and DISTANCES.search(name))
    other = OTHERS.search(f"{name} {subject.candidate.doc}")
    return None if named and not other else "its name tells of no convex loss"


@check(
    number=2,
    reason="A lost root or power leaves a gradient that looks right near the label, and lets far"
    " rows go: what is meant to be a convex loss gives up its outliers.",
    rule="FAIL where the gradient of an objective falls as the score rises, though its name is that"
    " of a convex loss (Huber, log-cosh, quantile, logistic, Poisson, …).",
    evidence=(
        "xgboost#2602",
        "xgboost#7674",
    ),
    applies=_convex,
)
def objective_convex(subject: Any) -> Iterable[Finding]:
    """The gradient of a convex loss never falls as the score rises."""
    found = curvature(subject)
    if len(found.score) < 8 or np.all(found.found <= 0):
        return  # where it always falls the sign is turned, which another check tells
    falls = found.found < -3e-3 * np.abs(found.gradient).max()
    if falls.mean() > 0.05:
        yield _finding(subject, found, int(np.argmin(found.found)))


def _finding(subject: Any, found: Curvature, place: int) -> Finding:
    return fail(
        f"The gradient falls as the score rises ({found.found[place]:.3g} for each unit at the"
        f" score {found.score[place]:.3g} and the label {found.label[place]:g}), and the loss of"
        " this name is convex.",
        subject.example(
            subject.call(found.show(place)), expected="a gradient that rises with the score"
        ),
        cause="a root or a power that was lost in the gradient, or the gradient of another loss",
        mend="compare it with a numerical derivative: check(objective, value=loss)",
    )
