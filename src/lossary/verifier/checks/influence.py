"""Check 41: how much a single outlier pulls."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, info
from lossary.verifier.meaning.descent import slope_of
from lossary.verifier.meaning.landmarks import few, met, settled
from lossary.verifier.rule import check

ERRORS = (1.0, 10.0, 100.0)


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    domain = subject.contract.prediction.domain
    return None if domain == "real" else "the prediction's error is bounded, or is no number"


@check(
    number=41,
    reason="Under squared error one wrong label may outweigh a hundred right ones.",
    rule="INFO always: a profile.",
    evidence=("a question asked in many threads, indirectly",),
    applies=_applies,
)
def influence(subject: Any) -> Iterable[Finding]:
    """The pull of an outlier is known."""
    start = met(subject, settled(subject, **few(subject)))
    if start is None:
        return
    name = subject.contract.prediction.name
    pulls = [_pull(subject, start, name, error) for error in ERRORS]
    if not np.isfinite(pulls).all() or not pulls[0]:
        return
    grown = pulls[2] / pulls[0]
    if grown > 50:
        words = "grows with the error: an outlier pulls as hard as it is far"
    elif grown > 2:
        words = "grows with the error, ever more slowly"
    elif grown > 0.5:
        words = "is bounded: an outlier pulls no harder than an ordinary error"
    else:
        words = "falls for large errors: outliers are let go"
    figures = ", ".join(f"{p:.3g} at {e:g}" for p, e in zip(pulls, ERRORS, strict=True))
    yield info(f"The gradient {words} ({figures}).")


def _pull(subject: Any, start: Any, name: str, error: float) -> float:
    place = (0,) * start[name].ndim
    moved = start.changed(name, place, start[name][place] + error)
    slope = slope_of(subject, moved)
    return np.nan if slope is None else float(abs(slope[place]))
