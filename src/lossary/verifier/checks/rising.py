"""Check 23, between right and wrong: the value rises with the error, without a jump."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import certain, few, met, settled
from lossary.verifier.meaning.lines import along, fall, jump
from lossary.verifier.meaning.words import named, setting
from lossary.verifier.rule import check

ERRORS = np.concatenate([np.linspace(0.05, 4, 40), np.geomspace(4.5, 60, 12)])
SOFT = ("label_smooth", "smoothing", "entropy_", "max_entropy", "confidence", "penal", "regulari",
        "calibrat", "evidential", "noise", "triplet", "rank", "list", "ordinal", "backward_corr",
        "dice", "tversky", "ohem", "mining", "periodic", "angle", "angular", "circular", "cyclic",
        "phase", "von_mises", "rotation", "spectral", "cosine", "correlation", "corr",
        "scale_invariant", "snr", "sdr", "pearson", "ncc", "mutual", "ssim",
        "quantization")  # fmt: skip
ENOUGH = {"n": 6, "k": 5, "d": 5}
"""Sizes at which what was found has to be found again: of two numbers, a correlation is a sign."""
JUMPING = ("zero_one", "threshold", "clip", "trunc", "step", "interval", "coverage", "deadzone",
           "outlier", "reject", "trim", "penalty", "spike", "exceed", "direction",
           "sign")  # fmt: skip


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    if subject.contract.prediction.domain == "log_probability":
        return "one entry of a row is not moved alone"
    if subject.contract.structure == "batch":
        return "the rows of a batch are tied together"
    if len(subject.contract.roles("target")) > 1:
        return "two targets pull at the prediction"
    return "its name tells that the value may turn" if named(subject, *SOFT) else None


@check(
    number=23,
    reason="A value that falls as the error grows sends the worst predictions further away; a jump"
    " shows that two branches do not meet, as in a Huber loss without its constant.",
    rule="FAIL where the value falls by more than a fiftieth of its span on the way from right to"
    " wrong, or jumps; names that tell of smoothing, periods or thresholds are left alone.",
    evidence=("neuralforecast 5ffa0d0 TukeyLoss",),
    applies=_applies,
)
def rising(subject: Any) -> Iterable[Finding]:
    """The value rises with the error, and does not jump."""
    found = next(_tried(subject), None)
    again = None if found is None else next(_tried(subject, **ENOUGH), None)
    if found is not None and again is not None:
        yield found if found.cause == again.cause else again


def _tried(subject: Any, **sizes: int) -> Iterator[Finding]:
    start = met(subject, settled(subject, **(sizes or few(subject))))
    if start is not None:
        yield from _regression(subject, start)
    else:
        yield from _classification(subject, settled(subject, **sizes))


def _regression(subject: Any, start: Any) -> Iterator[Finding]:
    name = subject.contract.prediction.name
    direction = np.zeros_like(start[name])
    direction[(0,) * direction.ndim] = 1.0
    width = max(1.0, setting(subject, "delta", "threshold", "c", "k", "omega") or 1.0)
    for side in (1.0, -1.0):
        steps = _inside(subject, start, side * direction, ERRORS * min(width, 10.0))
        if len(steps) < 10:
            continue
        values = along(subject, start, side * direction, steps)
        if not np.isfinite(values).all() or _rounding(subject, values):
            continue
        found = list(_jumps(subject, start, side * direction, steps, values))
        found = found or list(_falls(subject, start, side * direction, steps, values))
        if found:
            yield found[0]
            return


def _rounding(subject: Any, values: Any) -> bool:
    """Say whether the values differ by no more than what sums in double precision leave over."""
    usual = max(np.abs(values).max(), abs(subject.number(subject.typical)))
    return bool(np.ptp(values) <= 1e-6 * usual)


def _inside(subject: Any, start: Any, direction: Any, steps: Any) -> Any:
    """Keep the steps that stay in the prediction's domain."""
    from lossary import domains

    name = subject.contract.prediction.name
    domain = getattr(domains, subject.contract.prediction.domain)
    kept = [s for s in steps if not domain.outside(np, start[name] + s * direction).any()]
    return np.array(kept)


def _falls(subject: Any, start: Any, direction: Any, steps: Any, values: Any) -> Iterator[Finding]:
    name = subject.contract.prediction.name
    deep = fall(np.r_[subject.number(start), values])
    if deep is None or deep[0] < 0.02:
        return
    steps = np.r_[0.0, steps]
    near, far = (start.with_(name, start[name] + steps[i] * direction) for i in deep[1:])
    yield fail(
        f"The loss falls as the error grows: {subject.number(near):.4g} at an error of "
        f"{steps[deep[1]]:.3g}, and {subject.number(far):.4g} at {steps[deep[2]]:.3g}.",
        subject.example(
            subject.call(near),
            subject.call(far),
            expected=f"{subject.number(near):.4g} or more: the error is larger",
        ),
        cause="a lost absolute value or square, a sign, or the branches of a piecewise loss "
        "exchanged",
        mend="draw the loss over the error: it should be lowest at zero and rise on both sides",
    )


def _jumps(subject: Any, start: Any, direction: Any, steps: Any, values: Any) -> Iterator[Finding]:
    name = subject.contract.prediction.name
    if named(subject, *JUMPING):
        return

    def at(step: float) -> float:
        return subject.number(start.with_(name, start[name] + step * direction))

    found = jump(at, steps, values)
    if found is not None and found[0] < steps[-1] / 2:
        place, low, high = found
        yield fail(
            f"The loss jumps from {low:.4g} to {high:.4g} at an error of {place:.4g}: its branches "
            f"do not meet there.",
            subject.example(
                subject.call(start.with_(name, start[name] + (place - 1e-6) * direction)),
                subject.call(start.with_(name, start[name] + (place + 1e-6) * direction)),
                expected=f"nearly {low:.4g}",
            ),
            cause="a constant missing in one branch, as - delta**2 / 2 of the Huber loss",
            mend="make both branches equal where they meet",
        )


def _classification(subject: Any, batch: Any) -> Iterator[Finding]:
    if setting(subject, "label_smooth", "smooth", "entropy"):
        return
    name = subject.contract.prediction.name
    points = [certain(subject, batch, s, right=True) for s in (4.0, 2.0, 1.0, 0.3)]
    points += [certain(subject, batch, s, right=False) for s in (0.3, 1.0, 2.0, 4.0, 6.0)]
    if any(each is None for each in points):
        return
    values = np.array([subject.number(each) for each in points])
    deep = fall(values[3:])
    if deep is not None and deep[0] > 0.02 and values[0] < values[4:].max():
        near, far = points[3 + deep[1]], points[3 + deep[2]]
        yield fail(
            f"The loss falls as {name} becomes more wrong: from {subject.number(near):.4g} to "
            f"{subject.number(far):.4g}. The worst mistakes weigh least.",
            subject.example(
                subject.call(near, says="wrong"),
                subject.call(far, says="more wrong"),
                expected=f"more than {subject.number(near):.4g}",
            ),
            cause="a factor that vanishes for wrong predictions, as p**gamma in place of "
            "(1 - p)**gamma",
            mend="weigh by the error, not by the probability of the right answer",
        )
