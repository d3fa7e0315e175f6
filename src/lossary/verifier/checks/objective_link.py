"""Check 4: an objective of probabilities is content with a score far on the right side."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.boosting import rowwise
from lossary.verifier.boosting.labels import batch
from lossary.verifier.boosting.slopes import of
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

FAR = 80.0


def _probable(subject: Any) -> str | None:
    if rowwise(subject):
        return rowwise(subject)
    known = subject.contract.target.domain in ("degree", "labels")
    return None if known else "its labels are no classes"


@check(
    number=4,
    reason="A sigmoid of a sigmoid lies between 0.5 and 0.73: no score is ever right, and boosting"
    " pushes on for ever.",
    rule="FAIL where the gradient far on the right side of a label of 0 or 1 is between a twentieth"
    " and nineteen twentieths of that far on the wrong side (from a quarter on for several classes,"
    " whose labels may be smoothed).",
    evidence=(
        "LightGBM#4077",
        "LightGBM#3312",
    ),
    applies=_probable,
)
def objective_link(subject: Any) -> Iterable[Finding]:
    """Far on the right side of a label the gradient goes to zero."""
    right, wrong, show = (_classes if _several(subject) else _sides)(subject)
    if not np.isfinite([*right, *wrong]).all() or not np.all(np.sign(right) == np.sign(wrong)):
        return
    share = np.abs(right) / np.maximum(np.abs(wrong), 1e-300)
    place = int(np.argmax(share))
    if not (0.25 if _several(subject) else 0.05) < share[place] < 0.95:
        return
    yield fail(
        f"At a score of {FAR:g} on the right side of the label the gradient is still"
        f" {right[place]:.3g}; as far on the wrong side it is {wrong[place]:.3g}.",
        subject.example(subject.call(show(place)), expected="a gradient of about 0"),
        cause="the sigmoid or the softmax is applied twice, or to a probability",
        mend="apply it once, to the raw score",
    )


def _several(subject: Any) -> bool:
    return len(subject.contract.prediction.axes) > 1


def _sides(subject: Any) -> tuple[Any, Any, Callable[[int], Batch]]:
    """Return gradients far on the right and on the wrong side of the labels 0 and 1."""
    score, label = FAR * np.array([-1.0, 1.0]), np.array([0.0, 1.0])
    right, wrong = (of(subject, sign * score, label)[0] for sign in (1.0, -1.0))
    return right, wrong, lambda place: batch(subject, score[place], label[place])


def _classes(subject: Any) -> tuple[Any, Any, Callable[[int], Batch]]:
    """Return gradients of the true class where its score is far above the others, and below."""
    name, label = (each.name for each in subject.contract.arguments[:2])
    shape = subject.typical[name].shape
    target = np.arange(shape[0]) % shape[1]
    own = FAR * np.eye(shape[1])[target]
    far = subject.typical.with_(label, target).with_(name, own)
    right, wrong = (
        subject.value(each)[0][np.arange(shape[0]), target] for each in (far, far.with_(name, -own))
    )
    return right, wrong, lambda _: far
