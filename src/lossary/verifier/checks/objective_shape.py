"""Check 3: an objective gives one gradient and one Hessian for each score."""

from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.objective_calls import UnevenError
from lossary.verifier.boosting import objective
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check


@check(
    number=3,
    reason="Labels of shape (n, 1) against scores of shape (n,) make n × n slopes, and a booster"
    " reads the first n of them or stops.",
    rule="FAIL where gradient and Hessian differ in size, or have n² entries for n scores.",
    evidence=("a held-out corpus",),
    applies=objective,
)
def objective_shape(subject: Any) -> Iterable[Finding]:
    """Gradient and Hessian have the shape of the scores."""
    try:
        subject.value(subject.typical)
    except CandidateError as error:
        if isinstance(error.__cause__, UnevenError):
            yield fail(
                f"It cannot be boosted: {error.__cause__}.",
                cause="a constant Hessian that is no array of the scores' size, or labels of shape"
                " (n, 1) that are broadcast against scores of shape (n,)",
                mend="return np.ones_like(score); use label.ravel()",
            )
