"""Check 5, for quantiles: a high quantile makes a prediction that is too low the dearer one."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.landmarks import few, met, settled
from lossary.verifier.meaning.words import bears, named
from lossary.verifier.rule import check

WORDS = ("quantile", "pinball", "expectile")
LEVELS = ("quantile", "q", "tau", "alpha", "level", "expectile", "p")


def _level(subject: Any) -> str | None:
    found = subject.candidate.settings.items()
    inside = [k for k, v in found if isinstance(v, float) and 0 < v < 1]
    return next((k for k in inside if bears(k, *WORDS) or k in LEVELS), None)


def _levels(subject: Any) -> list[float]:
    """Return the levels that the loss keeps, where each has a column of the prediction."""
    if subject.contract.prediction.axes[-1:] != ("q",):
        return []
    kept = vars(subject.candidate.live) if hasattr(subject.candidate.live, "__dict__") else {}
    for name, value in kept.items():
        found = np.ravel(value) if isinstance(value, (list, tuple)) else np.zeros(0)
        inside = found.dtype.kind == "f" and len(found) > 1 and ((found > 0) & (found < 1)).all()
        if inside and bears(name, *WORDS, *LEVELS):
            return [float(each) for each in found]
    return []


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    known = _level(subject) or _levels(subject)
    return None if named(subject, *WORDS) and known else "it is no quantile's loss"


@check(
    number=5,
    reason="With the two exchanged, the model learns the 10 % quantile where 90 % was asked for.",
    rule="FAIL where, at a level of 0.9, a prediction that is too high costs more than one that is"
    " too low by as much, and where an error costs less than none.",
    evidence=(
        "LightGBM#5727",
        "timesfm#306",
    ),
    applies=_applies,
)
def quantile_side(subject: Any) -> Iterable[Finding]:
    """At a high quantile, a prediction that is too low costs more than one that is too high."""
    level = _level(subject)
    if level is None:
        yield from _columns(subject)
        return
    try:
        high = subject.changed(**{level: 0.9})
    except (Unchangeable, CandidateError):
        return
    start = met(high, settled(high, **few(high)))
    if start is None:
        return
    name = high.contract.prediction.name
    over, under = (start.with_(name, start[name] + error) for error in (1.0, -1.0))
    if high.number(over) > high.number(under) + 1e-6:
        yield fail(
            f"At {level} = 0.9, a prediction that is 1 too high costs {high.number(over):.4g} and "
            f"one that is 1 too low {high.number(under):.4g}: it learns the quantile 0.1.",
            high.example(
                high.call(under, says="too low"),
                high.call(over, says="too high"),
                expected=f"less than {high.number(under):.4g}",
            ),
            cause="the error is prediction - target where the formula means target - prediction",
            mend="error = target - prediction; max(q * error, (q - 1) * error)",
        )


def _columns(subject: Any) -> Iterable[Finding]:
    """Hold the column of the highest level against its two sides, where there are several."""
    levels, target = _levels(subject), subject.contract.target
    batch, name = subject.typical, subject.contract.prediction.name
    high = int(np.argmax(levels))
    if batch[name].shape[-1] != len(levels) or target.axes not in (("n",), ("n", "1")):
        return
    centre = np.broadcast_to(batch[target.name].reshape(-1, 1), batch[name].shape)
    batch = batch.with_(name, np.array(centre))
    lower = next(_lower(subject, batch, levels), None)
    if lower is not None:
        yield lower
        return
    over, under = (batch.with_(name, _moved(centre, high, by)) for by in (1.0, -1.0))
    if levels[high] > 0.5 and subject.number(over) > subject.number(under) + 1e-6:
        yield fail(
            f"In the column of the level {levels[high]:g}, a prediction that is 1 too high costs"
            f" {subject.number(over):.4g} and one that is 1 too low {subject.number(under):.4g}: it"
            f" learns the quantile {1 - levels[high]:g}.",
            subject.example(
                subject.call(under, says="too low"),
                subject.call(over, says="too high"),
                expected=f"less than {subject.number(under):.4g}",
            ),
            cause="the error is prediction - target where the formula means target - prediction",
            mend="error = target - prediction; max(q * error, (q - 1) * error)",
        )


def _lower(subject: Any, right: Any, levels: list[float]) -> Iterator[Finding]:
    """Find columns in which an error costs less than none."""
    name = subject.contract.prediction.name
    for column, level in enumerate(levels):
        for by, side in ((10.0, "high"), (-10.0, "low")):
            wrong = right.with_(name, _moved(right[name], column, by))
            here, there = subject.number(right), subject.number(wrong)
            if there < here - 1e-6 * max(1.0, abs(here)):
                yield fail(
                    f"In the column of the level {level:g}, a prediction that is 10 too {side} "
                    f"costs {there:.4g}, less than one that meets the target, {here:.4g}: training "
                    "runs away with it.",
                    subject.example(
                        subject.call(right, says="the target is met"),
                        subject.call(wrong, says=f"10 too {side} in one column"),
                        expected=f"more than {here:.4g}",
                    ),
                    cause="both sides carry the error with the same sign, as max((1 - q) * error, "
                    "q * error)",
                    mend="error = target - prediction; max(q * error, (q - 1) * error)",
                )


def _moved(centre: Any, column: int, by: float) -> Any:
    found = np.array(centre)
    found[:, column] += by
    return found
