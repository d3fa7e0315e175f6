"""Check 36, for focal losses: the factor before the cross-entropy falls as an entry gets easier."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.batch import Array, Batch
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import one_hot, placed
from lossary.verifier.meaning.words import named
from lossary.verifier.numerics.points import surely
from lossary.verifier.rule import always, check

OTHERS = ("quality", "varifocal", "vari", "asym", "gaussian", "heatmap", "center", "corner", "dual",
          "anti", "inverse", "reverse", "cycl", "l1", "mse", "regression", "frequency", "dice",
          "tversky", "iou", "combo", "mixed", "hybrid", "dist", "contrastive", "distill", "ranking",
          "modulation", "unified", "net", "penalty", "kd")  # fmt: skip
"""Words with which a focal loss is another one."""
EASE = np.array([0.05, 0.15, 0.3, 0.45, 0.55, 0.7, 0.9, 0.99, 0.9999])
"""Probabilities of the right answer, from a mistake to an easy entry."""
EASY = 6
"""From here on, at 0.9, hardly anything of the cross-entropy may be left."""
SLACK = 0.02
FALLEN, KEPT = 0.5, 0.9
"""Shares of the factor at a mistake that are left at an easy entry: it focuses, or it does not."""


def _focal(subject: Any) -> str | None:
    if always(subject) or not named(subject, "focal") or named(subject, *OTHERS):
        return always(subject) or "it is no focal loss by its name"
    target = subject.contract.target
    if target is None or target.domain not in ("degree", "side", "labels", "distribution"):
        return "its target says neither yes or no nor a class"
    smooth = [v for k, v in subject.candidate.settings.items() if "smooth" in k.lower()]
    if any(smooth):
        return "its targets are smoothed"
    return None if surely(subject) else "the domain of the prediction is not sure"


@check(
    number=36,
    reason="The hard entries, for which a focal loss is taken, are turned down, or none are.",
    rule="FAIL where the ratio of a focal loss to the cross-entropy rises with the probability of"
    " the right answer, stays as it is for one answer alone, or stays among easy entries alone;"
    " silent where it never changes, as without gamma.",
    evidence=("pytorch-toolbelt: softmax reduced focal", "pytorch_optimizer: BCEFocalLoss"),
    applies=_focal,
)
def focusing(subject: Any) -> Iterable[Finding]:
    """The easier an entry, the less of its cross-entropy is counted."""
    factors = {answer: _factors(subject, answer) for answer in (1, 0)}
    known = {answer: each for answer, each in factors.items() if each is not None}
    for answer, each in known.items():
        place = int(np.argmax(np.diff(each)))
        if each[place + 1] - each[place] > SLACK * each.max():
            yield _rises(subject, answer, each, place)
            return
    for answer, each in known.items():
        if each[-1] > KEPT * each[EASY] and each[-1] < FALLEN * each[0]:
            yield _flat(subject, answer, each, EASY)
            return
    flat = [answer for answer, each in known.items() if each[-1] > KEPT * each[0]]
    others = [answer for answer, each in known.items() if each[-1] < FALLEN * each[0]]
    if flat and others:
        yield _flat(subject, flat[0], known[flat[0]], 0)


def _factors(subject: Any, answer: int) -> Array | None:
    """Return loss / cross-entropy for one answer, the hardest entry first; None if it is none."""
    batches = [_batch(subject, answer, float(each)) for each in EASE]
    if any(each is None for each in batches):
        return None
    values = np.array([subject.number(each) for each in batches])
    if not np.isfinite(values).all() or values[0] <= 0 or values[-1] > 1e-3 * values[0]:
        return None
    found = values / -np.log(EASE)
    return found / found[0]


def _batch(subject: Any, answer: int, ease: float) -> Batch | None:
    """Make all entries equally easy, with one and the same answer."""
    contract, batch = subject.contract, subject.typical
    prediction, target = contract.prediction, contract.target
    shape = batch[prediction.name].shape
    if "k" in prediction.axes and target.domain in ("labels", "distribution"):
        return _of_classes(subject, answer, ease)
    if batch[target.name].shape != shape or target.domain == "labels":
        return None
    chance = np.full(shape, ease if answer else 1 - ease)
    place = placed(subject, chance, 20.0)
    told = np.full(shape, float(answer) if target.domain != "side" else 2.0 * answer - 1)
    return None if place is None else _over(batch, prediction, target, place, told)


def _of_classes(subject: Any, answer: int, ease: float) -> Batch | None:
    prediction, target = subject.contract.prediction, subject.contract.target
    batch, axis = subject.typical, prediction.axes.index("k")
    shape = batch[prediction.name].shape
    labels = np.full(shape[:axis] + shape[axis + 1 :], answer)
    right = one_hot(labels, shape[axis], axis)
    chance = np.where(right == 1, ease, (1 - ease) / (shape[axis] - 1))
    place = placed(subject, chance, 40.0)
    told = labels if target.domain == "labels" else right
    if place is None or told.shape != batch[target.name].shape:
        return None
    return _over(batch, prediction, target, place, told)


def _over(batch: Batch, prediction: Any, target: Any, place: Array, told: Array) -> Batch:
    told = told.astype(batch[target.name].dtype)
    return batch.with_(prediction.name, place).with_(target.name, told)


def _rises(subject: Any, answer: int, factors: Array, place: int) -> Finding:
    easy, hard = _batch(subject, answer, EASE[place + 1]), _batch(subject, answer, EASE[place])
    low, high = factors[place : place + 2]
    return fail(
        f"Of an entry whose right answer has a probability of {EASE[place + 1]:g}, {high / low:.3g}"
        f" times as much of the cross-entropy counts as at {EASE[place]:g}: easy entries weigh"
        " more than hard ones.",
        subject.example(
            subject.call(hard, says=f"the right answer has a probability of {EASE[place]:g}"),
            subject.call(easy, says=f"the right answer has a probability of {EASE[place + 1]:g}"),
            expected=f"less than {_most(subject, hard, place):.6g}, the same share",
        ),
        cause="the factor is p_t ** gamma, or the two sides of a threshold are exchanged",
        mend="multiply by (1 - p_t) ** gamma; a reduced focal loss has 1 where p_t < threshold",
    )


def _most(subject: Any, hard: Batch | None, place: int) -> float:
    return float(subject.number(hard) * np.log(EASE[place + 1]) / np.log(EASE[place]))


def _flat(subject: Any, answer: int, factors: Array, place: int) -> Finding:
    word = ("negatives", "positives")[answer]
    hard, easy = _batch(subject, answer, EASE[place]), _batch(subject, answer, EASE[-1])
    kind = "easy" if place else "hard"
    return fail(
        f"Among {word} an entry whose right answer has a probability of {EASE[-1]:g} counts"
        f" {factors[-1] / factors[place]:.3g} times as much of its cross-entropy as one of"
        f" {EASE[place]:g}: there the loss does not focus, and elsewhere it does.",
        subject.example(
            subject.call(hard, says=f"the right answer has a probability of {EASE[place]:g}"),
            subject.call(easy, says=f"the right answer has a probability of {EASE[-1]:g}"),
            expected="next to nothing: the factor falls to 0",
        ),
        cause=f"the factor (1 - p_t) ** gamma is missing for {kind} {word}, as when the two sides"
        " of a threshold are exchanged, or p stands for p_t",
        mend="write p_t = p * target + (1 - p) * (1 - target), and (1 - p_t) ** gamma wherever"
        " an entry is easy",
    )
