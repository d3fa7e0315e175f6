"""Check 4, its other half: a prediction that is surely wrong is pushed back."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.meaning.landmarks import certain, settled
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import contrary, named
from lossary.verifier.rule import check

BOUNDED = ("ramp", "trunc", "zero_one", "tukey", "savage", "threshold", "perceptron")  # fmt: skip

SURE = 6.0
"""A logit on the wrong side at which every loss that is not bounded pulls as hard as it can."""


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if not subject.contract.roles("prediction") or subject.contract.prediction.domain not in (
        "logit",
        "scores",
    ):
        return "the prediction is no logit"
    return "the name tells of a bounded loss" if named(subject, *BOUNDED) else None


@check(
    number=4,
    reason="Clipping gives the worst mistakes no gradient: the model never hears of them.",
    rule="FAIL where the gradient is exactly zero at a wrong logit of 6 or less, WARN at 20; losses"
    " that let go of what is far off are left alone, by their names or because they do.",
    evidence=("keras-hub#1008",),
    applies=_applies,
)
def saturation(subject: Any) -> Iterable[Finding]:
    """A prediction that is surely wrong gets a gradient."""
    if a_metric(subject) or contrary(subject):
        return
    for strength, found in ((SURE, fail), (20.0, warn)):
        wrong = certain(subject, settled(subject), strength, right=False)
        if wrong is None or not _reached(subject) or not np.isfinite(subject.number(wrong)):
            return
        if _still(subject, wrong):
            if strength > SURE and _lets_go(subject):
                return
            name = subject.contract.prediction.name
            yield found(
                f"The gradient in {name} is exactly zero where it is surely wrong (a logit of "
                f"{strength:g} on the wrong side, at a loss of {subject.number(wrong):.4g}).",
                subject.example(_asked(subject, wrong), expected="a gradient that mends the error"),
                cause="the logits are clipped as if they were probabilities: a sigmoid is missing"
                if strength < 10
                else "the probability is clipped (to 1e-7 from about 16 on), and a clip is flat",
                mend="compute from logits, as logsigmoid and log_softmax do, without a clip",
            )
            return


def _reached(subject: Any) -> bool:
    """Say whether there is any gradient at an undecided prediction."""
    near = certain(subject, settled(subject), 0.4, right=False)
    return near is not None and not _still(subject, near)


def _lets_go(subject: Any) -> bool:
    """Say whether the pull on a mistake fades the surer it is, as where labels may be wrong."""
    batch = settled(subject)
    near, far = (certain(subject, batch, each, right=False) for each in (0.4, SURE))
    pulls = [_pull(subject, each) for each in (near, far)]
    return pulls[1] < 0.25 * pulls[0]


def _pull(subject: Any, batch: Any) -> float:
    slope = subject.slope(batch) if subject.differentiable else subject.numeric(batch).value
    return 0.0 if slope is None else float(np.abs(slope).max())


def _still(subject: Any, batch: Any) -> bool:
    slope = subject.slope(batch) if subject.differentiable else subject.numeric(batch).value
    return slope is not None and not np.any(slope)


def _asked(subject: Any, batch: Any) -> Any:
    return subject.call_slope(batch) if subject.differentiable else subject.call(batch)
