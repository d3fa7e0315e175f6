"""Check 27b: differentiating twice."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.checks.curvature import bendable
from lossary.verifier.finding import Finding, info
from lossary.verifier.rule import check


@check(
    number=27,
    reason="Gradient penalties, meta-learning and second-order optimizers differentiate twice.",
    rule="INFO where the framework refuses; a wrong second derivative is `curvature`'s to report.",
    evidence=("pytorch#59477",),
    applies=bendable,
)
def double_backward(subject: Any) -> Iterable[Finding]:
    """The loss can be differentiated twice."""
    batch = subject.typical
    slope = subject.slope(batch)
    if slope is None:
        return
    try:
        found = subject.twice(batch, np.ones_like(slope))
    except NotImplementedError:
        return
    except CandidateError as error:
        yield info(f"The loss cannot be differentiated twice: {error}.")
        return
    if found is not None and not np.isfinite(found).all():
        yield info("The second derivative is not finite at ordinary predictions.")
