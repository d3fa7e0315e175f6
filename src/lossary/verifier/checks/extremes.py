"""Check 10: the far ends of the domain, in value and gradient, against many digits."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, Severity, fail, warn
from lossary.verifier.meaning.landmarks import ordinary
from lossary.verifier.numerics.far_targets import target_points
from lossary.verifier.numerics.points import (
    CHANCES,
    FREE,
    RAW,
    Point,
    compares,
    points,
    surely,
)
from lossary.verifier.numerics.reading import (
    Reading,
    lost_slopes,
    overflows,
    read,
    truth,
    undefined,
)
from lossary.verifier.oracle import exact
from lossary.verifier.rule import check
from lossary.verifier.shrinking import shrunk

NAN = "one NaN in one entry makes the whole model NaN after one step"


def _ends(subject: Any) -> str | None:
    contract = subject.contract
    if contract.kind != "loss":
        return "a boosting objective gives no value"
    if not contract.roles("prediction"):
        return "no argument is a prediction"
    return None if next(target_points(subject), None) else _far_ends(subject)


def _far_ends(subject: Any) -> str | None:
    contract = subject.contract
    domain = contract.prediction.domain
    if domain not in (*RAW, *CHANCES, *FREE):
        return f"far ends of {domain} are not known to be meant"
    return None if surely(subject) or domain in FREE else "the domain of the prediction is not sure"


@check(
    number=10,
    reason="Models become sure, and confidently wrong: there exp overflows and log meets zero.",
    rule="FAIL for NaN or infinity in float64 or float32 where exact arithmetic gives the formula"
    " a number, and for NaN at probabilities of 0 and 1; an infinity that is right, as of log(0),"
    " is none, and neither is a number too large for the precision. FAIL where a target far from a"
    " predicted density gives no number; WARN where a one-hot target of a distribution does, which"
    " a softmax never gives, and where only float32, or logits 1000 apart, break a loss of NumPy.",
    evidence=("optax#896", "segmentation_models.pytorch#463", "auraloss"),
    applies=_ends,
)
def extremes(subject: Any) -> Iterable[Finding]:
    """Value and gradient stay right at the ends of the prediction's domain, and the target's."""
    found = next(_of_targets(subject), None)
    if found is not None:
        yield found
    if found is None and _far_ends(subject) is None:
        yield from _at_ends(subject)


def _of_targets(subject: Any) -> Iterator[Finding]:
    """Find targets that give no number where others do."""
    for precision in ("float64", "float32"):
        for point in target_points(subject):
            usual, found = (read(subject, b, precision) for b in (ordinary(subject), point.batch))
            if usual is None or found is None or usual.broken or not found.broken:
                continue
            right = truth(subject, found) if np.isinf(found.value) else None
            if right is None or isfinite(right):
                yield _of_target(subject, point, found)


def _of_target(subject: Any, point: Point, reading: Reading) -> Finding:
    certain = point.size == 0
    lost = isfinite(reading.value)
    call = (
        subject.call_slope(reading.batch, precision=reading.precision)
        if lost
        else subject.call(reading.batch, reading.precision)
    )
    what = "gradient" if lost else "value"
    return (warn if certain else _judge(subject, point, reading))(
        f"The {what} is {np.nan if lost else reading.value:g} {point.says} in {reading.precision}.",
        subject.example(call, expected="numbers"),
        "0 * log(0), where a class has no share of the target"
        if certain
        else "exp of a large negative number is 0 before its logarithm is taken",
        "leave out entries without a share, as xlogy(p, p) - p * log_q does"
        if certain
        else "add logarithms: logsumexp(log_pi + log_prob), in place of log(sum(pi * prob))",
    )


def _at_ends(subject: Any) -> Iterator[Finding]:
    if not isfinite(subject.number(subject.typical)):
        return
    worst: Finding | None = None
    for point in points(subject):
        for precision in ("float64", "float32"):
            reading = read(subject, point.batch, precision)
            if reading is None or not reading.broken:
                continue
            found = _of_value(subject, point, reading) or _of_slope(subject, point, reading)
            if found is not None and (worst is None or found.severity is Severity.FAIL):
                worst = found
        if worst is not None and worst.severity is Severity.FAIL:
            break
    if worst is not None:
        yield worst


def _of_value(subject: Any, point: Point, reading: Reading) -> Finding | None:
    """Judge a value that is infinite or NaN."""
    chances = subject.contract.prediction.domain in CHANCES
    wrong = overflows(subject, reading) or (
        np.isnan(reading.value) and (chances or undefined(subject, reading))
    )
    if not wrong or not _believable(subject, reading):
        return None
    small = _small(subject, reading, lambda r: not isfinite(r.value), slope=False)
    right = truth(subject, small)
    known = right is not None and isfinite(right)
    expected = f"{right:.6g}" if known else "a number"
    by = "float64" if exact(subject, small.batch) is None else "exact arithmetic"
    beside = f", where {by} gives {expected} for the same formula" if known else ""
    return _judge(subject, point, reading)(
        f"The value is {small.value:g} {point.says} in {reading.precision}{beside}.",
        subject.example(subject.call(small.batch, reading.precision), expected=expected),
        *_remedy(subject, reading),
    )


def _judge(subject: Any, point: Point, reading: Reading) -> Any:
    """Only warn of single precision, and of logits of 1000, where nothing trains: in NumPy."""
    mild = reading.precision == "float32" or point.size >= 1000
    return warn if mild and subject.host.name == "numpy" else fail


def _believable(subject: Any, reading: Reading) -> bool:
    """Do without many digits only where the loss is surely defined: not at any real number."""
    if subject.contract.prediction.domain not in FREE:
        return True
    right = truth(subject, reading)
    return right is not None and isfinite(right)


def _of_slope(subject: Any, point: Point, reading: Reading) -> Finding | None:
    """Judge a gradient that is NaN where the value is a number."""
    if lost_slopes(subject, reading) is None:
        return None
    small = _small(subject, reading, lambda r: isfinite(r.value) and r.lost, slope=True)
    name = subject.contract.prediction.name
    return _judge(subject, point, reading)(
        f"The gradient in {name} is NaN {point.says} in {reading.precision}, although the value is"
        f" {small.value:.4g}: {NAN}.",
        subject.example(
            subject.call_slope(small.batch, precision=reading.precision), expected="numbers"
        ),
        *_remedy(subject, reading),
    )


def _small(subject: Any, reading: Reading, shows: Any, slope: bool) -> Reading:
    def still(batch: Any) -> bool:
        again = read(subject, batch, reading.precision, slope)
        return again is not None and shows(again)

    small = read(subject, shrunk(subject, reading.batch, still), reading.precision, slope)
    return small if small is not None and shows(small) else reading


def _remedy(subject: Any, reading: Reading) -> tuple[str, str]:
    """Say what likely happened, in the words of the prediction's domain."""
    domain = subject.contract.prediction.domain
    if domain in CHANCES:
        return (
            "log(0), or 0 * log(0), or a division by p * (1 - p)",
            "take the loss from logits, or clip p to eps and 1 - eps, eps = finfo(p.dtype).eps",
        )
    if domain in RAW:
        return (
            "exp of a large logit overflows, or a probability rounds to 0 before its logarithm",
            "use log_softmax, logsigmoid, softplus or logaddexp: they shift before they take exp",
        )
    if not compares(subject):
        return (
            "exp of a large number overflows before its logarithm is taken",
            "use logsumexp, logaddexp or log_softmax: they take the greatest number off before exp",
        )
    return (
        "an exp or cosh overflows on the way to a result that would be small",
        "rewrite it: log(cosh(x)) is |x| + softplus(-2|x|) - log(2)",
    )
