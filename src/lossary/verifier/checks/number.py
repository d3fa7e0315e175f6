"""Check 10, for ordinary batches: the value is a number, not NaN and not infinite."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import name
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.rule import always, check
from lossary.verifier.shrinking import shrunk

SEEDS = range(5)
PLAIN = ("real", "scores", "logit", "labels", "degree", "side", "distribution", "probability")
"""Domains of which every draw is an ordinary one."""
ZEROS = re.compile(r"msle|squared log|logarithmic")
"""Losses that are made for amounts that may be zero."""
NARROW = (0.2, 1.5)
"""Where numbers begin that nearly every formula takes: shares, and amounts above one."""


@check(
    number=10,
    reason="A loss that is infinite or NaN for ordinary numbers trains nothing at all.",
    rule="FAIL where every batch that was drawn gives NaN or infinity and names leave no doubt of"
    " what the arrays hold; WARN where they leave one, and numbers between 0 and 1, or above 1,"
    " do not help either.",
    evidence=("pytorch-metric-learning#107", "optax#1185", "YOLOv6#417"),
    applies=always,
)
def number(subject: Any) -> Iterable[Finding]:
    """An ordinary batch has a number for its value."""
    try:
        values = [subject.value(subject.draw(seed)) for seed in SEEDS]
    except CandidateError:
        return
    if any(np.isfinite(each).all() for each in values):
        return
    sure = _sure(subject)
    if not sure and any(_finite(subject, low) for low in NARROW):
        return
    batch = shrunk(subject, subject.draw(0), lambda b: not np.isfinite(subject.value(b)).all())
    found = float(np.sum(values[0]))
    yield (fail if sure else warn)(
        f"The value is {found:g} for every ordinary batch that was tried.",
        subject.example(subject.call(batch), expected="a number"),
        cause="the logarithm or the root of a negative number, a division by zero, or the entry"
        " that a mask sets to minus infinity is picked as the right one",
        mend="look for the first term that is not finite in this example",
    )


def _sure(subject: Any) -> bool:
    """Say whether every array's numbers are told by names, and any of them may be met."""
    arguments = subject.contract.arguments
    plain = (*PLAIN, "nonnegative") if ZEROS.search(name(subject)) else PLAIN
    sure = all(subject.contract.sure(f"{a.name}.domain") for a in arguments)
    return sure and all(a.domain in plain for a in arguments)


def _finite(subject: Any, low: float) -> bool:
    """Say whether the value is a number where all amounts lie within half of one above `low`."""
    batch, rng = subject.draw(0), np.random.default_rng(0)
    for each in subject.contract.arguments:
        if each.domain not in ("labels", "side", "distribution", "log_probability", "box"):
            shape = batch[each.name].shape
            batch = batch.with_(each.name, rng.uniform(low, low + 0.5, shape).round(3))
    try:
        return bool(np.isfinite(subject.value(batch)).all())
    except CandidateError:
        return True
