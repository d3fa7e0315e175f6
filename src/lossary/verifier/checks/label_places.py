"""Check 6, for labels: each label wants its own class."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import classes_axis, one_hot, placed, settled, shares
from lossary.verifier.meaning.words import told
from lossary.verifier.rule import check


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    target, prediction = subject.contract.target, subject.contract.prediction
    if target.domain != "labels" or "k" not in prediction.axes or "k" in target.axes:
        return "the target holds no labels"
    if _of_values(subject):
        return "what its prediction holds is not sure, or a further array is an aim"
    starts = told(subject, "1_based", "one_based", "labels_start_at_1", "1_to_k", "matlab")
    return "its labels start at one" if starts else None


def _of_values(subject: Any) -> bool:
    """Say whether labels may only choose among values, as actions do, that have aims of their own.

    Such a form has nothing that names the prediction, and one more array of numbers a row.
    """
    contract = subject.contract
    more = [a for a in contract.roles("other") if a.domain in ("real", "positive", "nonnegative")]
    beside = any(a.axes == contract.target.axes for a in more)
    return beside or contract.known.get("prediction.domain") == "assumed"


@check(
    number=6,
    reason="A one-hot row built along the wrong axis, or counted from one, teaches each class the"
    " features of its neighbour, or the last class those of the first.",
    rule="FAIL where, for some label, another class than the label's own is cheapest.",
    evidence=("optax#1185",),
    applies=_applies,
)
def label_places(subject: Any) -> Iterable[Finding]:
    """A label is cheapest to meet with its own class."""
    batch = settled(subject)
    if shares(subject, batch) is None:
        return
    prediction, target = subject.contract.prediction, subject.contract.target
    k = batch[prediction.name].shape[classes_axis(prediction)]
    for label in range(k):
        if label == subject.contract.ignore:
            continue
        rows = batch.with_(target.name, np.full_like(batch[target.name], label))
        answers = [_answer(subject, rows, each, k) for each in range(k)]
        if any(each is None for each in answers):
            return
        values = np.array([subject.number(each) for each in answers])
        best = int(values.argmin())
        if np.isfinite(values).all() and values[best] < values[label] - 1e-6 * np.ptp(values):
            yield _misplaced(subject, label, best, answers, values)
            return


def _answer(subject: Any, rows: Any, klass: int, k: int) -> Any:
    """Return the batch with every row surely of one class."""
    name, target = subject.contract.prediction.name, subject.contract.target.name
    axis = classes_axis(subject.contract.prediction)
    place = placed(subject, one_hot(np.full_like(rows[target], klass), k, axis), 4.0)
    return None if place is None else rows.with_(name, place)


def _misplaced(subject: Any, label: int, best: int, answers: Any, values: Any) -> Finding:
    worst = values[label] > np.delete(values, label).max() + 1e-6 * np.ptp(values)
    return fail(
        f"For the label {label}, the class {best} is the cheapest answer ({values[best]:.4g}), and "
        f"the class {label} itself costs {values[label]:.4g}.",
        subject.example(
            subject.call(answers[best], says=f"every row says class {best}"),
            subject.call(answers[label], says=f"every row says class {label}, and is right"),
            expected=f"less than {values[best]:.4g}",
        ),
        cause="a lost minus: the right class is the dearest of all"
        if worst
        else "labels counted from one, so that label 0 wraps to the last class, or a one-hot row "
        "built or gathered along the wrong axis",
        mend="take -log of the probability of the label's own class, labels counted from 0",
    )
