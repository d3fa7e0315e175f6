"""Check 5: what the names call the prediction is what the formula takes for it."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import few
from lossary.verifier.meaning.words import named
from lossary.verifier.rule import check

GRID = np.round(np.linspace(0.05, 0.95, 19), 2)
TARGETS = (0.3, 0.7)
REVERSED = ("reverse_kl", "rkl", "symmetric", "jeffrey", "sce", "rce", "js", "mode_seeking", "mae",
            "unhinged", "linear")  # fmt: skip


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    prediction, target = subject.contract.prediction, subject.contract.target
    if prediction.domain not in ("probability", "distribution") or prediction.axes != target.axes:
        return "prediction and target are of two kinds"
    if target.domain not in ("degree", "probability", "distribution"):
        return "the target is no probability"
    return "its name tells of a reversed divergence" if named(subject, *REVERSED) else None


@check(
    number=5,
    reason="Frameworks disagree on which comes first, and both are arrays of one shape: exchanged,"
    " the loss still falls, towards something else.",
    rule="FAIL where the loss is lowest at target = prediction if the target is moved, but not if"
    " the prediction is, which is the mark of a cross-entropy with the two exchanged.",
    evidence=("cleverhans#25", "detcon-pytorch#2", "tensorflow#38067"),
    applies=_applies,
)
def argument_order(subject: Any) -> Iterable[Finding]:
    """The loss is lowest where the prediction meets the target, with the target held."""
    for fixed in TARGETS:
        moved, held = _lowest(subject, fixed, moving="prediction"), _lowest(
            subject, fixed, moving="target"
        )  # fmt: skip
        if moved is None or held is None or abs(held - fixed) > 0.06 or abs(moved - fixed) < 0.15:
            return
        lowest = moved
    yield from _exchanged(subject, fixed, lowest)


def _exchanged(subject: Any, fixed: float, lowest: float) -> Iterator[Finding]:
    prediction, target = subject.contract.prediction, subject.contract.target
    yield fail(
        f"{prediction.name} and {target.name} are exchanged inside: at {target.name} = {fixed:g} "
        f"the loss is lowest at {prediction.name} = {lowest:g}, while at {prediction.name} = "
        f"{fixed:g} it is lowest at {target.name} = {fixed:g}.",
        subject.example(
            subject.call(_at(subject, lowest, fixed)),
            subject.call(_at(subject, fixed, fixed), says="the prediction meets the target"),
            expected=f"less than {subject.number(_at(subject, lowest, fixed)):.4g}",
        ),
        cause="the logarithm is taken of the target: arguments in the order of another framework",
        mend="binary_cross_entropy(prediction, target) in PyTorch, (target, prediction) in Keras",
    )


def _lowest(subject: Any, fixed: float, moving: str) -> float | None:
    """Return where the loss is lowest as one of the two moves and the other is held."""
    pairs = [(p, fixed) if moving == "prediction" else (fixed, p) for p in GRID]
    values = np.array([subject.number(_at(subject, *pair)) for pair in pairs])
    return float(GRID[values.argmin()]) if np.isfinite(values).all() else None


def _at(subject: Any, prediction: float, target: float) -> Any:
    contract = subject.contract
    batch = subject.draw(**few(subject))
    for argument, value in ((contract.prediction, prediction), (contract.target, target)):
        shape = batch[argument.name].shape
        batch = batch.with_(argument.name, _filled(argument, shape, value))
    return batch


def _filled(argument: Any, shape: tuple[int, ...], value: float) -> Any:
    """Fill an array with a probability; of a row that sums to one, the first class has it."""
    if argument.domain != "distribution" and "k" not in argument.axes:
        return np.full(shape, value)
    axis = argument.axes.index("k") if "k" in argument.axes else -1
    found = np.full(shape, (1 - value) / max(1, shape[axis] - 1))
    np.moveaxis(found, axis, 0)[0] = value
    return found
