"""Check 23, over the batch: errors of opposite sign do not cancel each other."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import met, settled
from lossary.verifier.meaning.words import named
from lossary.verifier.rule import check

MEANS = ("bias", "mean_match", "moment", "count", "total", "balance", "budget", "feature_match",
         "mmd", "sum_", "aggregate", "residual_mean", "energy", "volume", "consisten",
         "wasserstein", "emd", "sliced", "distribution", "style", "gram")  # fmt: skip


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is None and named(subject, *MEANS):
        return "its name tells that only a mean or a sum counts"
    return reason


@check(
    number=23,
    reason="A mean taken before the square or the absolute value is zero for a prediction that is"
    " wrong in every row.",
    rule="FAIL where two errors of opposite sign cost as little as no error; losses that compare"
    " means or counts by their name are left alone.",
    evidence=(
        "Project-MONAI/MONAI#369",
        "TorchEasyRec#171",
    ),
    applies=_applies,
)
def cancelling(subject: Any) -> Iterable[Finding]:
    """Errors of opposite sign do not cancel each other."""
    start = met(subject, settled(subject))
    name = subject.contract.prediction.name
    if start is None or subject.contract.prediction.domain != "real" or start[name].size < 2:
        return
    error = np.zeros_like(start[name])
    error.flat[0], error.flat[-1] = 1.0, -1.0
    both, one = (start.with_(name, start[name] + each) for each in (error, np.maximum(error, 0)))
    low, mixed, single = (subject.number(each) for each in (start, both, one))
    if abs(mixed - low) <= 1e-6 * abs(single - low) and single > low + 1e-9:
        yield fail(
            f"An error of +1 in one entry and of -1 in another costs {mixed:.4g}, as no error "
            f"does, while the first alone costs {single:.4g}: the errors cancel.",
            subject.example(subject.call(both), expected=f"more than {low:.4g}"),
            cause="the mean or the sum is taken before the square or the absolute value",
            mend="((prediction - target) ** 2).mean(), in this order",
        )
