"""Check 6: what becomes of targets that do not belong to the encoding."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches import hints
from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, info
from lossary.verifier.meaning.landmarks import classes_axis, settled
from lossary.verifier.rule import check


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    if "ctc" in f"{subject.candidate.name} {hints.source(subject)}".lower():
        return "a lattice reads memory that is not its own at such labels"
    known = subject.contract.target.domain in ("labels", "degree", "distribution")
    return None if known else "any number may be a target"


@check(
    number=6,
    reason="A label of 255 or -1, left by a loader, is taken without a word: a negative loss, or"
    " rows that teach the last class.",
    rule="INFO: the frameworks' own losses take such targets silently, and data are best checked"
    " where they are loaded; `lossary.watch` holds the first batches against the encoding.",
    evidence=("optax#1185", "pytorch#187198", "pytorch#12670", "pytorch#60928"),
    applies=_applies,
)
def target_range(subject: Any) -> Iterable[Finding]:
    """A target outside its encoding is refused, or left out."""
    batch = settled(subject)
    taken = list(_taken(subject, batch))
    if taken:
        told, shown = "; ".join(each for each, _ in taken), taken[-1][1]
        name = subject.contract.target.name
        yield info(
            f"Outside its encoding, {name} is not refused: {told}.",
            subject.example(subject.call(shown), expected="an error, or a row that is left out"),
            mend="check the encoding where the data are loaded",
        )


def _taken(subject: Any, batch: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is said of each stray target that gives a number, and the batch that shows it."""
    target = subject.contract.target
    first = (0,) * batch[target.name].ndim
    for stray in _strays(subject, batch):
        if stray == subject.contract.ignore:
            continue
        changed = batch.changed(target.name, first, stray)
        try:
            value = subject.number(changed)
        except CandidateError:
            continue
        yield f"{stray:g} gives {value:.4g}{_wrapped(subject, batch, stray, value)}", changed


def _strays(subject: Any, batch: Any) -> tuple[float, ...]:
    target, prediction = subject.contract.target, subject.contract.prediction
    if target.domain == "labels":
        axis = classes_axis(prediction)
        classes = batch[prediction.name].shape[axis] if "k" in prediction.axes else 2
        return (float(classes), -1.0, 255.0)
    return (2.0, -1.0, 255.0)


def _wrapped(subject: Any, batch: Any, stray: float, value: float) -> str:
    target, prediction = subject.contract.target, subject.contract.prediction
    if target.domain != "labels" or stray != -1 or "k" not in prediction.axes:
        return " (negative)" if value < 0 else ""
    last = batch[prediction.name].shape[classes_axis(prediction)] - 1
    first = (0,) * batch[target.name].ndim
    same = np.isclose(value, subject.number(batch.changed(target.name, first, last)))
    return f", as the label {last} does" if same else ""
