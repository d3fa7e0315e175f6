"""Check 34: the level of a quantile objective is the share of labels below."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import single
from lossary.verifier.boosting.labels import batch
from lossary.verifier.boosting.slopes import of
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.rule import check

NAMED = re.compile(r"quantile|pinball|expectile", re.IGNORECASE)
LEVELS = ("alpha", "tau", "q", "quantile", "level", "quantile_alpha")


def _level(subject: Any) -> str | None:
    return next((name for name in LEVELS if name in subject.candidate.settings), None)


def _levelled(subject: Any) -> str | None:
    return single(subject) or (None if _level(subject) else "it has no level")


@check(
    number=34,
    reason="A mirrored level gives the 10 % quantile for the 90 % one: intervals turn inside out.",
    rule="FAIL where a gradient of two values has the level on the wrong side, or that of a"
    " smoothed quantile or an expectile; WARN where nothing says that it is a quantile.",
    evidence=("LightGBM#1199",),
    applies=_levelled,
)
def objective_quantile(subject: Any) -> Iterable[Finding]:
    """A score above the label costs 1 − level, one below it costs the level."""
    name = _level(subject)
    level = subject.candidate.settings[name]
    if not 0 < level < 1 or abs(level - 0.5) < 0.01:
        return
    words = f"{subject.candidate.name} {subject.candidate.doc}"
    named = NAMED.search(words) is not None
    far = 30.0 if named else 1.0
    gradient, _ = of(subject, far * np.array([-3.0, -1.0, 1.0, 3.0]), np.zeros(4))
    low, high = -gradient[1::-1], gradient[2:]
    flat = max(np.ptp(low), np.ptp(high)) <= 1e-9
    if low[0] <= 0 or high[0] <= 0 or not (flat or named):
        return
    if not np.allclose(low / (low + high), 1 - level, atol=1e-3):
        return
    told = fail if named else warn
    yield told(
        f"With {name}={level:g} a score below the label costs {low[0]:.3g} and one above it"
        f" {high[0]:.3g}: boosting ends at the {1 - level:.0%} level.",
        subject.example(
            subject.call(batch(subject, [-far, far], [0.0, 0.0])),
            expected=f"gradients in the ratio of {-level:.3g} to {1 - level:.3g}",
        ),
        cause="the level stands on the wrong side of zero",
        mend=f"np.where(label > score, -{name}, 1 - {name})",
    )
