"""Check 23, for yes and no: each target value has its own term."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.entrywise import entrywise
from lossary.verifier.meaning.landmarks import settled
from lossary.verifier.meaning.standing import measured
from lossary.verifier.meaning.words import named, told
from lossary.verifier.rule import check

BINARY = ("binary", "bce", "logistic", "sigmoid", "log_loss", "bernoulli", "focal", "hinge")
ONE_CLASS = ("positive", "pu", "unlabeled", "unlabelled", "one_class", "listwise", "categorical",
             "multiclass", "multinomial", "softmax")  # fmt: skip
PLACES = {
    "probability": (0.1, 0.3, 0.5, 0.7, 0.9),
    "nonnegative": (0.1, 0.3, 0.5, 0.7, 0.9),
    "logit": (-3.0, -1.0, 0.2, 1.0, 3.0),
    "margin": (-3.0, -1.0, 0.2, 1.0, 3.0),
    "real": (-3.0, -1.0, 0.2, 1.0, 3.0),
}


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    if measured(subject):
        return "it is a measure, not a loss to train with"
    if entrywise(subject) is not None:
        return None
    contract = subject.contract
    if contract.prediction.domain not in PLACES or contract.target.axes != contract.prediction.axes:
        return "the target says more than yes and no"
    if contract.target.domain not in ("degree", "side", "labels"):
        return "the target says more than yes and no"
    return "its name tells of one class only" if named(subject, *ONE_CLASS) else None


@check(
    number=23,
    reason="Cross-entropy without its second term lets a model say yes to everything, for free.",
    rule="FAIL where the loss of a target of 0 (or of 1) hangs on no prediction, and is no"
    " sum over one-hot rows, of which the first term is all there is; and where both targets draw"
    " the prediction to the same side. Silent where the rows of one target are not counted at all.",
    evidence=("a tutorial's -mean(y * log(p))",),
    applies=_applies,
)
def both_outcomes(subject: Any) -> Iterable[Finding]:
    """For a target of 0 the loss hangs on the prediction, and for a target of 1 too."""
    subject = entrywise(subject) or subject
    contract = subject.contract
    no = -1.0 if contract.target.domain == "side" and not _says_zero(subject) else 0.0
    values = {target: _values(subject, target) for target in (no, 1.0)}
    flat = [target for target, found in values.items() if np.ptp(found) <= 1e-9 * _size(found)]
    if not all(np.isfinite(found).all() for found in values.values()):
        return
    if not flat and subject.contract.sure("prediction.domain"):
        yield from _one_way(subject, values, no)
    if len(flat) != 1:
        return
    missing = flat[0]
    if missing == contract.ignore or _meant_one_hot(subject) or _left_out(subject, missing):
        return
    if missing == 0 and _mirrored(subject, values[1.0]):
        yield from _sides(subject, values)
        return
    tried = ", ".join(map(str, _places(subject)))
    yield fail(
        f"For a target of {missing:g} the loss does not depend on {contract.prediction.name}: it "
        f"stays {values[missing][0]:.4g} when one prediction runs through {tried}. The term for "
        f"target {missing:g} is missing: saying {1 - missing:g} to everything costs nothing.",
        subject.example(
            subject.call(_constant(subject, _places(subject)[0], missing)),
            subject.call(_constant(subject, _places(subject)[-1], missing)),
            expected="two different numbers: one of these predictions is wrong",
        ),
        cause="binary cross-entropy without its second term, (1 - y) * log(1 - p); or a formula "
        "for one-hot rows, used where a single number says yes or no",
        mend="-(y * log(p) + (1 - y) * log(1 - p)); of one-hot rows, the sum over the classes "
        "before the mean over the rows",
    )


def _one_way(subject: Any, values: dict[float, Any], no: float) -> Iterable[Finding]:
    """Both targets draw the prediction to the same side: one has the other's term."""
    steps = np.concatenate([np.diff(found) for found in values.values()])
    if (steps > 0).any() and (steps < 0).any():
        return
    side = "fall" if (steps <= 0).all() else "rise"
    low, high = values[no][0], values[no][-1]
    yield fail(
        f"For a target of {no:g} the loss {side}s as {subject.contract.prediction.name} rises, as"
        f" it does for a target of 1: {low:.4g} at {_places(subject)[0]:g} and {high:.4g} at"
        f" {_places(subject)[-1]:g}.",
        subject.example(
            subject.call(_constant(subject, _places(subject)[0], no)),
            subject.call(_constant(subject, _places(subject)[-1], no)),
            expected=f"less for the prediction that is nearer to {no:g}",
        ),
        cause="the term of one target holds log(p) in place of log(1 - p), or a sign",
        mend="-(y * log(p) + (1 - y) * log(1 - p))",
    )


def _places(subject: Any) -> tuple[float, ...]:
    return PLACES[subject.contract.prediction.domain]


def _constant(subject: Any, place: float, target: float) -> Any:
    """Return an ordinary batch, the first entry of which has this prediction and this target."""
    contract, batch = subject.contract, settled(subject)
    given = batch[contract.target.name].copy()
    given.flat[1:3] = 1, -1 if contract.target.domain == "side" else 0
    batch = batch.with_(contract.target.name, given)
    first = (0,) * given.ndim
    batch = batch.changed(contract.target.name, first, target)
    return batch.changed(contract.prediction.name, first, place)


def _values(subject: Any, target: float) -> Any:
    return np.array([subject.number(_constant(subject, p, target)) for p in _places(subject)])


def _size(values: Any) -> float:
    return max(1e-3, float(np.abs(values).max()))


def _meant_one_hot(subject: Any) -> bool:
    """A sum over a one-hot row needs no second term; a mean would divide by the classes."""
    summed = subject.contract.reduction in ("sum", "none", "other")
    return summed and not named(subject, *BINARY)


def _left_out(subject: Any, missing: float) -> bool:
    """Say whether a row of this target is not counted at all, as a missing value is not."""
    target = subject.contract.target.name
    batch = _constant(subject, _places(subject)[0], missing)
    given = batch[target].copy()
    given[0] = missing
    batch = batch.with_(target, given)
    with_, without = subject.gives(batch), subject.gives(subject.rows(batch, slice(1, None)))
    if isinstance(with_, str) or isinstance(without, str) or np.ndim(with_):
        return False
    return bool(np.isclose(with_, without, rtol=1e-6, atol=0.0))


def _mirrored(subject: Any, yes: Any) -> bool:
    """Say whether the loss expects -1 for no: then -1 at -p costs what 1 costs at p."""
    if subject.contract.prediction.domain == "probability":
        return False
    mirrored = np.array([subject.number(_constant(subject, -p, -1.0)) for p in _places(subject)])
    return bool(np.allclose(mirrored, yes))


def _says_zero(subject: Any) -> bool:
    """Say whether the documentation promises targets of 0 and 1."""
    return told(subject, "0_1", "0_or_1", "0_and_1") and not told(
        subject, "1_1", "1_or_1", "1_and_1"
    )


def _sides(subject: Any, values: Any) -> Iterable[Finding]:
    """The targets are -1 and 1: a failure only where the author says 0 and 1."""
    declared = subject.contract.known.get("target.domain") == "declared"
    if declared or _says_zero(subject):
        yield fail(
            f"For a target of 0 the loss is {values[0.0][0]:.4g} whatever the prediction is: the "
            f"formula is written for targets of -1 and 1, and is given 0 and 1.",
            subject.example(
                subject.call(_constant(subject, -3.0, 0.0)),
                subject.call(_constant(subject, 3.0, 0.0)),
                expected="two different numbers: one of these predictions is wrong",
            ),
            cause="hinge and other margin losses multiply by the target",
            mend="target = 2 * target - 1, before the formula",
        )
