"""Check 23, for figures that cannot leave a range: overlaps, and sums of sizes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import name, source
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import certain, classes_axis, one_hot, settled
from lossary.verifier.meaning.words import named, setting
from lossary.verifier.rule import always, check

OVERLAP = re.compile(r"\b(dice|jaccard|tversky|soft iou|iou loss)\b")
SIZES = re.compile(r"total variation|\btv\b|smoothness|roughness")
MORE = re.compile(r"bce|\bce\b|cross|focal|log|combo|compound|giou|diou|ciou|box|gain|prior")
SEEDS = range(12)
SURE, PERFECT = 60.0, 0.3
"""Logits whose sigmoid is 0 or 1, and what a perfect overlap may cost for the smoothing's sake."""


def _least(subject: Any) -> float | None:
    """Return the lowest value that a loss of this name can have, and None where none is known."""
    said, contract = name(subject), subject.contract
    if SIZES.search(said):
        return 0.0 if "log" not in source(subject) else None
    if not OVERLAP.search(said) or MORE.search(said) or "log(" in source(subject):
        return None
    alone = contract.reduction != "sum" and not contract.roles("weight")
    return -1.0 if alone and contract.sure("prediction.domain") else None


def _applies(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    return None if _least(subject) is not None else "its name sets no bound"


@check(
    number=23,
    reason="An overlap of raw scores, or a variation of signed steps, has no lowest value: training"
    " runs away with it.",
    rule="FAIL where an overlap loss falls below -1, a variation below 0, or where a perfect"
    " overlap costs more than 0.3 in a loss of overlap alone.",
    evidence=("ScrollPrize/villa#1488", "jakeret/tf_unet#15"),
    applies=_applies,
)
def bounds(subject: Any) -> Iterable[Finding]:
    """A loss of overlap lies between -1 and its value at a perfect one, a variation above 0."""
    least = _least(subject)
    yield from _perfect(subject)
    try:
        tried = [(float(np.min(subject.value(b))), b) for b in map(subject.draw, SEEDS)]
    except CandidateError:
        return
    found = [each for each in tried if np.isfinite(each[0])]
    lowest, batch = min(found, key=lambda each: each[0], default=(0.0, None))
    if least is None or batch is None or lowest > least - 0.01 * (1 - least):
        return
    yield fail(
        f"The value falls to {lowest:.4g}, which no loss of this name can reach: {least:g} is the"
        " least.",
        subject.example(subject.call(batch), expected=f"{least:g} or more"),
        cause="raw scores where probabilities are meant"
        if least
        else "a lost absolute value or square: steps up and down cancel",
        mend="sigmoid(logits) before the overlap" if least else "take abs() or square of each step",
    )


def _perfect(subject: Any) -> Iterator[Finding]:
    """A prediction that is the target costs nothing, whatever is smoothed, or raised to a power."""
    if not OVERLAP.search(name(subject)) or not named(subject, "loss", "distance", "error"):
        return
    batch = _mixed(subject)
    if batch is None or setting(subject, "label_smooth", "smoothing_", "temperature"):
        return
    right, wrong = (certain(subject, batch, SURE, right=each) for each in (True, False))
    if right is None or wrong is None:
        return
    try:
        low, high = subject.number(right), subject.number(wrong)
    except CandidateError:
        return
    if PERFECT < low < high:
        yield fail(
            f"A prediction that is the target costs {low:.4g}, and one that is all wrong "
            f"{high:.4g}: a perfect overlap costs 0.",
            subject.example(subject.call(right), expected="0"),
            cause="the overlap is counted once above the line and twice below it, as where the 2 "
            "of Dice is missing, or where a union holds the overlap twice",
            mend="1 - (2 * sum(p * t) + s) / (sum(p) + sum(t) + s), or 1 - (sum(p * t) + s) / "
            "(sum(p) + sum(t) - sum(p * t) + s)",
        )


def _mixed(subject: Any) -> Any:
    """Return a batch in which every row has every class, so that none is empty."""
    batch, target = settled(subject), subject.contract.target
    if target is None:
        return None
    shape, prediction = batch[target.name].shape, subject.contract.prediction
    place = np.indices(shape).sum(0) if shape else np.zeros(())
    if target.domain == "degree":
        return batch.with_(target.name, (place % 2).astype(float))
    classes = batch[prediction.name].shape[classes_axis(prediction)]
    if target.domain == "labels" and "k" in prediction.axes:
        return batch.with_(target.name, place % classes)
    if target.domain == "distribution":
        axis = classes_axis(target)
        kept = np.indices(batch[target.name].argmax(axis).shape).sum(0)
        return batch.with_(target.name, one_hot(kept, shape[axis], axis))
    return None
