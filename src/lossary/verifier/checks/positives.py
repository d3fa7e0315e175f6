"""Check 16, for a weight of positives that is a setting: it weighs positives, and nothing else."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import always, check

NAMES = ("pos_weight", "positive_weight", "weight_pos", "w_pos", "pos_w", "pos_scale")


def _setting(subject: Any) -> str | None:
    settings = subject.candidate.settings
    return next((n for n in NAMES if isinstance(settings.get(n), (int, float))), None)


def _applies(subject: Any) -> str | None:
    target = subject.contract.target
    if always(subject) is not None or target is None or target.domain != "degree":
        return "the target does not say yes or no"
    return None if _setting(subject) else "no setting is called a weight of positives"


@check(
    number=16,
    reason="A weight that lands on the negatives makes the rare class rarer still.",
    rule="FAIL where a larger weight of positives makes a batch of negatives dearer, and leaves a"
    " batch of positives as it was.",
    evidence=("open-mmlab/mmpretrain#434",),
    applies=_applies,
)
def positives(subject: Any) -> Iterable[Finding]:
    """A weight of positives moves the loss of positives."""
    name, target = str(_setting(subject)), subject.contract.target.name
    batch = subject.typical
    no, yes = (batch.with_(target, np.full(batch[target].shape, v)) for v in (0.0, 1.0))
    try:
        more = subject.changed(**{name: 3.0 * float(subject.candidate.settings[name]) + 1.0})
        moved = [more.number(each) - subject.number(each) for each in (no, yes)]
    except (CandidateError, Unchangeable):
        return
    if moved[0] > 1e-6 and abs(moved[1]) <= 1e-9:
        yield fail(
            f"{name} changes the value of a batch of negatives, {subject.number(no):.4g} to"
            f" {more.number(no):.4g}, and not that of positives.",
            subject.example(
                subject.call(no), more.call(no), expected=f"{subject.number(no):.4g} again"
            ),
            cause="it is multiplied into the term of the negatives",
            mend=f"{name} * target * loss of a yes + (1 - target) * loss of a no",
        )
