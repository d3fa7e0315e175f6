"""Check 21: the gradient reaches the prediction, each of its rows and each of its entries."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import source
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.meaning.standing import a_metric, measured
from lossary.verifier.meaning.words import bears, named
from lossary.verifier.rule import check

LEARNT = ("emb", "embedding", "anchor", "positive", "negative", "pos", "neg", "z", "za", "zb", "zi",
          "zj", "mu", "log_var", "logvar", "feat", "feature", "features", "student",
          "recon")  # fmt: skip
SCALED = ("real", "scores", "logit", "margin", "nonnegative", "positive", "log_amount")
STEPS = ("zero_one", "hamming", "step", "error_rate")
SEEDS, MORE = range(5), range(5, 30)
WAKING = (0.1, 0.01, 10.0)
"""What an argument is multiplied with before it is accused: a hinge wakes up, a lost slice not."""


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if not subject.contract.roles("prediction"):
        return "no prediction is known"
    stepped = a_metric(subject) or measured(subject) or named(subject, *STEPS)
    return "its name tells of steps, which have no gradient" if stepped else None


@check(
    number=21,
    reason="A loss cut off from the model by .item(), detach, argmax or NumPy gives a curve to look"
    " at, and trains nothing; a lost slice trains all rows but the last.",
    rule="FAIL where no gradient reaches the prediction, or never one of its rows; WARN for a"
    " column or a pixel, INFO for a class or a step in time, which may be left out on purpose.",
    evidence=(
        "pytorch#2774",
        "Deep_Hierarchical_Classification#6",
        "dm-haiku#442",
        "tensorflow#2177",
    ),
    applies=_applies,
)
def reaches(subject: Any) -> Iterable[Finding]:
    """The gradient reaches every entry of the prediction."""
    first = subject.contract.prediction
    for argument in _learnt(subject):
        try:
            found = _influence(subject, argument.name, SEEDS)
        except CandidateError as error:
            yield from _raises(subject, argument, error)
            return
        if found is not None and not found.any():
            found = np.maximum(found, _woken(subject, argument, found))
        if found is None or not found.any():
            if _stopped(subject) and (_idle(subject) or _elsewhere_learnt(subject, argument)):
                continue  # as pseudo-labels are, from another view
            if argument == first or not _stopped(subject):
                yield _cut(subject, argument, found, fail if argument == first else warn)
                return
            continue
        yield from _places(subject, argument, found)


def _stopped(subject: Any) -> bool:
    """Say whether the source stops a gradient, as BYOL does for its second view."""
    return any(word in source(subject) for word in ("detach", "stop_gradient", "no_grad"))


def _idle(subject: Any) -> bool:
    """Say whether all rows that were drawn are left out, as by a threshold of confidence."""
    return not any(np.any(subject.value(subject.draw(seed))) for seed in SEEDS)


def _elsewhere_learnt(subject: Any, argument: Any) -> bool:
    """Say whether another array of the same kind, and not a target, has a gradient."""
    others = [*subject.contract.roles("prediction"), *subject.contract.roles("other")]
    alike = [a for a in others if a.axes == argument.axes and a.domain != "labels"]
    names = [a.name for a in alike if a != argument]
    slopes = [_influence(subject, name, SEEDS) for name in names]
    return any(each is not None and each.any() for each in slopes)


def _learnt(subject: Any) -> list[Any]:
    """Return the predictions, and what else bears a name of something learnt."""
    others = subject.contract.roles("other")
    more = [a for a in others if bears(a.name, *LEARNT) and a.domain != "labels"]
    return [*subject.contract.roles("prediction"), *more]


def _influence(subject: Any, name: str, seeds: Any) -> Any:
    """Return for each entry the largest gradient of several batches; None where there is none."""
    found = None
    for seed in seeds:
        batch = subject.draw(seed)
        slope = (
            subject.slope(batch, name) if subject.differentiable else _moved(subject, batch, name)
        )
        if slope is not None:
            size = np.where(np.isnan(slope), 1.0, np.abs(slope))
            found = size if found is None else np.maximum(found, size)
    return found


def _woken(subject: Any, argument: Any, found: Any) -> Any:
    """Return the largest gradients where the argument is far smaller or larger than usual."""
    most = np.zeros_like(found)
    for factor in WAKING if argument.domain in SCALED else ():
        for seed in SEEDS:
            batch = subject.draw(seed)
            batch = batch.with_(argument.name, factor * batch[argument.name])
            try:
                most = np.fmax(most, np.abs(_slope(subject, batch, argument.name)))
            except CandidateError:
                continue
    return most


def _slope(subject: Any, batch: Any, name: str) -> Any:
    found = subject.slope(batch, name) if subject.differentiable else _moved(subject, batch, name)
    return np.zeros(batch[name].shape) if found is None else found


def _moved(subject: Any, batch: Any, name: str) -> Any:
    """Return how far a small and a larger step of each entry move a value without a gradient."""
    here, found = subject.number(batch), np.zeros(batch[name].shape)
    for index in np.ndindex(found.shape):
        for step in (1e-3, -1e-3):
            moved = subject.number(batch.changed(name, index, batch[name][index] + step))
            found[index] = max(found[index], abs(moved - here))
    return found


def _raises(subject: Any, argument: Any, error: Exception) -> Iterator[Finding]:
    if any(isinstance(subject.gives(subject.draw(seed)), str) for seed in SEEDS):
        return  # it raises by itself
    yield fail(
        f"The loss gives a value, and no gradient in {argument.name}: {error}.",
        subject.example(subject.call_slope(subject.typical, argument.name), expected="a gradient"),
        cause="NumPy, .item() or a call without a derivative on the way",
        mend="write every step with the framework's own functions",
    )


def _cut(subject: Any, argument: Any, found: Any, tell: Any) -> Finding:
    batch = subject.typical
    moved = subject.number(batch.with_(argument.name, _elsewhere(subject, argument, batch)))
    hangs = moved != subject.number(batch)
    missing = "no gradient at all" if found is None else "a gradient of zero throughout"
    example = subject.example(
        subject.call_slope(batch, argument.name) if subject.differentiable else subject.call(batch),
        expected="a gradient that is not zero",
    )
    if not hangs:
        return tell(
            f"{argument.name} has {missing}: the value does not depend on it.", example,
            cause="it is not used, or overwritten", mend="compute the loss from it",
        )  # fmt: skip
    if found is None:
        return tell(
            f"{argument.name} has {missing}, though the value depends on it: no training step will "
            f"move the model.", example,
            cause="detach(), .item(), .data, NumPy, no_grad, argmax, or a new tensor of values",
            mend="keep the tensor itself all the way to the loss",
        )  # fmt: skip
    return tell(
        f"{argument.name} has {missing}: the value is a staircase, and no training step will move "
        f"the model.", example,
        cause="argmax, round, sign, a threshold or a cast to integers on the way, or stop_gradient",
        mend="use the probabilities themselves, without a threshold",
    )  # fmt: skip


def _elsewhere(subject: Any, argument: Any, batch: Any) -> Any:
    others = [subject.draw(seed)[argument.name] for seed in range(20, 26)]
    here = subject.number(batch)
    changed = [o for o in others if subject.number(batch.with_(argument.name, o)) != here]
    return changed[0] if changed else others[0]


def _places(subject: Any, argument: Any, found: Any) -> Iterator[Finding]:
    """Look for slices along an axis that never get a gradient, and make sure with more batches."""
    for place, axis in enumerate(argument.axes):
        rest = tuple(i for i in range(found.ndim) if i != place)
        still = np.flatnonzero(found.max(rest) == 0) if rest else np.flatnonzero(found == 0)
        if not len(still) or len(still) == found.shape[place]:
            continue
        more = _influence(subject, argument.name, MORE)
        found = np.maximum(found, more) if more is not None else found
        found = np.maximum(found, _woken(subject, argument, found))
        still = np.flatnonzero((found.max(rest) if rest else found) == 0)
        if len(still):
            yield _left_out(subject, argument, axis, still, found.shape[place])
            return


def _left_out(subject: Any, argument: Any, axis: str, still: Any, size: int) -> Finding:
    words = {"n": "row", "k": "class", "d": "column", "t": "step", "h": "line", "w": "column"}
    tell = {"n": fail, "k": info, "t": info}.get(axis, warn)
    which = ", ".join(str(int(each)) for each in still[:6])
    word = words.get(axis, "place")
    asked = subject.call_slope(subject.typical, argument.name) if subject.differentiable else (
        subject.call(subject.typical)
    )  # fmt: skip
    return tell(
        f"No gradient ever reaches the {word} {which} of the {size} of {argument.name}, in 30 "
        f"batches.",
        subject.example(asked, expected=f"a gradient in every {word}"),
        cause="a slice or a range that stops short, a loop that overwrites its sum, or a return "
        "inside the loop"
        if axis == "n"
        else "a slice that leaves it out",
        mend="let the loss run over all of them, or say in its documentation that it does not",
    )
