"""Whether something is a loss at all, or a figure that is better when higher."""

import re
from typing import Any

from lossary.verifier.batches.hints import sentence
from lossary.verifier.meaning.boxes import PAIRS, faced
from lossary.verifier.meaning.landmarks import certain, met, settled
from lossary.verifier.meaning.words import metric


def a_metric(subject: Any) -> bool:
    """Say whether its name is a metric's, and its values do not say otherwise."""
    return metric(subject) and not _pays(subject)


def measured(subject: Any) -> bool:
    """Say whether it is documented as a measure, where no gradient could be had of it anyway."""
    said = bool(re.search(r"\b(measure|metric)\b", sentence(subject)))
    return said and not subject.differentiable


def _pays(subject: Any) -> bool:
    """Say whether a right prediction costs less than a wrong one, as in a loss."""
    contract = subject.contract
    if contract.target is None or not contract.roles("prediction"):
        return False
    if contract.prediction.domain == "box":
        same, apart = (faced(subject, pair) for pair in list(PAIRS.values())[:2])
        return bool(subject.number(same) < subject.number(apart))
    batch = settled(subject)
    right, wrong = (certain(subject, batch, 3.0, right=each) for each in (True, False))
    if right is None or wrong is None:
        right, wrong = met(subject, batch), batch
    return right is not None and bool(subject.number(right) < subject.number(wrong))
