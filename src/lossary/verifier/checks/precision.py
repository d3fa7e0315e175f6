"""Check 11: single and half precision at ordinary numbers, and epsilons that vanish in them."""

import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.meaning.landmarks import ordinary
from lossary.verifier.numerics.points import CHANCES, RAW, Point, points, surely
from lossary.verifier.numerics.reading import BITS, HIGHEST, Reading, read, rounding
from lossary.verifier.numerics.wording import source_of
from lossary.verifier.rule import always, check

HALVES = ("float16", "bfloat16")
ROOM = {"float32": 2e-3, "float16": 0.25, "bfloat16": 0.5}
"""Relative errors that a plain formula of a few sums may have, with room to spare."""
HALF = re.compile(
    r"half.?precision|\b(fp16|bf16|b?float16|amp|autocast)\b|mixed.?precision|\.half\("
)
CONSTANT = re.compile(r"\b(?:\d+\.?\d*e-\d+|0\.0000\d+)\b")


@check(
    number=11,
    reason="Mixed precision is the default of large models, and constants are chosen for float32.",
    rule="FAIL for NaN, infinity or a wrong number at ordinary predictions where float64 is fine."
    " WARN where an epsilon that is added vanishes in half precision, so that a probability of 0"
    " costs infinity; FAIL where the loss's own words say that it is for half precision; INFO where"
    " the bound of a clip does. A number that half precision cannot hold is no finding.",
    evidence=("GLiNER2#155", "efficientdet-pytorch#291", "fvcore#114"),
    applies=always,
)
def precision(subject: Any) -> Iterable[Finding]:
    """Single and half precision give what double precision gives, as far as they can."""
    inside = ordinary(subject)
    wide = read(subject, inside, "float64")
    if wide is None or not wide.finite:
        return
    for name in ("float32", *HALVES):
        found = _ordinary(subject, inside, name)
        if found is not None:
            yield found
            return
    for name in HALVES:
        found = _vanishing(subject, name)
        if found is not None:
            yield found
            return


def _ordinary(subject: Any, batch: Batch, name: str) -> Finding | None:
    """Compare an ordinary batch, rounded to the precision, with double precision."""
    reading = read(subject, batch, name)
    if reading is None:
        return None
    wide = read(subject, reading.batch, "float64")
    if wide is None or not wide.finite or _size(wide) > 1e-2 * HIGHEST[name]:
        return None
    if _off(subject, reading, wide):
        return _differs(subject, reading, wide)
    return None


def _size(wide: Reading) -> float:
    """Return the largest number among value and gradient."""
    slope = 0.0 if wide.slope is None else float(np.abs(wide.slope).max(initial=0.0))
    return max(abs(wide.value), slope)


def _off(subject: Any, reading: Reading, wide: Reading) -> bool:
    room = ROOM[reading.precision]
    if reading.broken:
        return True
    if abs(reading.value - wide.value) > room * max(abs(wide.value), 1.0):
        return True
    if reading.slope is None or wide.slope is None:
        return False
    largest = np.abs(wide.slope).max(initial=0.0)
    if largest < _noise(subject, reading, wide):
        return False
    return bool(np.abs(reading.slope - wide.slope).max(initial=0.0) > room * max(largest, 1e-3))


def _noise(subject: Any, reading: Reading, wide: Reading) -> float:
    """Return the slope that rounding alone can make: of a value that is nearly flat here."""
    unit = float(2.0 ** -(BITS[reading.precision] + 1))
    array = reading.batch[subject.contract.prediction.name]
    return unit * max(abs(wide.value), 1.0) / max(float(np.abs(array).max(initial=0.0)), unit)


def _differs(subject: Any, reading: Reading, wide: Reading) -> Finding:
    name = reading.precision
    if not isfinite(reading.value) or abs(reading.value - wide.value) > ROOM[name] * max(
        abs(wide.value), 1.0
    ):
        says = f"The value is {reading.value:.4g} in {name} and {wide.value:.4g} in float64"
        call, expected = subject.call(reading.batch, name), f"about {wide.value:.6g}"
    else:
        says = f"The gradient in {name} is not that in float64"
        call, expected = (
            subject.call_slope(reading.batch, precision=name),
            np.array2string(np.asarray(wide.slope), precision=4, separator=", "),
        )
    return fail(
        f"{says}, at ordinary predictions.",
        subject.example(call, expected=expected),
        cause="a constant, a sum or a difference of large numbers does not fit the precision",
        mend="compute the loss in single precision at least: prediction.float()",
    )


def _vanishing(subject: Any, name: str) -> Finding | None:
    """Look for a logarithm that an epsilon keeps finite in float32 and not in half precision."""
    for point in points(subject):
        if not _delicate(subject, point):
            continue
        reading = read(subject, point.batch, name)
        single = read(subject, point.batch, "float32")
        if reading is None or single is None or not _only_here(subject, reading, single):
            continue
        zero = _low_side(subject, point, name)
        if not zero and name == "bfloat16" and not _for_halves(subject.candidate):
            continue  # 0.998 is the last number below 1: nearly every clip is lost there
        return _vanished(subject, reading, single, point, zero)
    return None


def _delicate(subject: Any, point: Point) -> bool:
    """Take probabilities of 0 and 1, and logits that a network reaches every day."""
    domain = subject.contract.prediction.domain
    if domain not in (*RAW, *CHANCES):
        return False
    return surely(subject) and (domain in CHANCES or point.size == 20.0)


def _only_here(subject: Any, reading: Reading, single: Reading) -> bool:
    """Say whether half precision breaks where single is fine, and not for want of range.

    At a probability of 0 or 1 a division by p * (1 - p) may leave no gradient: the value counts.
    """
    if not single.finite or abs(single.value) > 1e3:
        return False
    if subject.contract.prediction.domain in CHANCES:
        return not isfinite(reading.value)
    name = subject.contract.prediction.name
    far = read(subject, reading.batch.with_(name, 5 * reading.batch[name]), "float32")
    return reading.broken and far is not None and not far.broken  # else `extremes` reports it


def _low_side(subject: Any, point: Point, name: str) -> bool:
    """Say whether a probability near 0 is enough to break it, without one near 1."""
    prediction = subject.contract.prediction
    array = point.batch[prediction.name]
    middle = 0.5 if prediction.domain in CHANCES else 0.0
    if prediction.axes[-1:] == ("k",):
        return True
    low = read(subject, point.batch.with_(prediction.name, np.minimum(array, middle)), name)
    return low is not None and low.broken


def _vanished(subject: Any, reading: Reading, single: Reading, point: Point, zero: bool) -> Finding:
    name = reading.precision
    constant = _constant(subject, name, zero)
    added = zero and constant is not None and _added(subject, point, float(constant))
    if zero:
        what = f"{constant} is 0 in {name}" if constant else f"the epsilon is 0 in {name}"
        where = "an epsilon inside the logarithm" if added or not constant else "the lower bound"
        cause = f"{where} vanishes in half precision: {what}"
    else:
        what = f"1 - {constant} is 1 in {name}" if constant else f"1 - epsilon is 1 in {name}"
        cause = f"the upper bound of the clip vanishes in half precision: {what}"
    broken = "value" if not isfinite(reading.value) else "gradient"
    found = reading.value if broken == "value" else float("nan")
    call = (
        subject.call(reading.batch, name)
        if broken == "value"
        else subject.call_slope(reading.batch, precision=name)
    )
    say = fail if _for_halves(subject.candidate) else warn if added else info
    return say(
        f"The {broken} is {found:g} in {name} {point.says}, where float32 gives a value of"
        f" {single.value:.4g}: {what}.",
        subject.example(call, expected=f"a number near {single.value:.4g}"),
        cause,
        "take the loss from logits with logsigmoid or log_softmax, compute it in float32, or take"
        " eps = finfo(p.dtype).eps",
    )


def _added(subject: Any, point: Point, constant: float) -> bool:
    """Say whether the value still moves below the constant, as it does not below a clip."""
    prediction = subject.contract.prediction
    if prediction.domain in CHANCES:
        wrong = next((p for p in points(subject) if p.says.endswith("all wrong")), point)
        batch, array = wrong.batch, wrong.batch[prediction.name]
        low, high = array, np.maximum(array, 1e-3 * constant)
    else:
        batch, signs = point.batch, np.sign(point.batch[prediction.name])
        size = (7 - np.log(constant)) / (2 if "k" in prediction.axes else 1)
        low, high = size * signs, (size + 5) * signs
    one, other = (subject.number(batch.with_(prediction.name, each)) for each in (low, high))
    return abs(one - other) > 1e-6 * max(abs(one), 1e-3)


def _for_halves(candidate: Any) -> bool:
    """Say whether the name, the docstring or the source speaks of half precision."""
    text = f"{candidate.name} {candidate.doc} {source_of(candidate)}".lower()
    return HALF.search(text) is not None


def _constant(subject: Any, name: str, zero: bool) -> str | None:
    """Find the constant, in the settings or the source, that the precision has no room for."""
    words = [f"{v:g}" for v in subject.candidate.settings.values() if isinstance(v, float)]
    words += CONSTANT.findall(source_of(subject.candidate))
    base = 0.0 if zero else 1.0
    return next((w for w in words if 0 < float(w) < 0.01 and _gone(float(w), base, name)), None)


def _gone(number: float, base: float, name: str) -> bool:
    one = np.array(base - number if base else number)
    return bool(rounding(one, name) == base)
