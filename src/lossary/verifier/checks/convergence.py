"""Check 25: a free prediction, trained by the loss alone, becomes right."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.checks.infimum import a_loss
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.descent import Descent, descend
from lossary.verifier.meaning.landmarks import few, met, settled
from lossary.verifier.meaning.words import named
from lossary.verifier.rule import check

MARGINS = ("margin", "hinge", "rank", "triplet", "pair", "bpr", "prefer", "contrast", "reward",
           "one_sided", "asymmetric", "regulari", "penal", "noise", "denois")  # fmt: skip
DOMAINS = ("real", "logit", "scores", "margin", "probability")


def _applies(subject: Any) -> str | None:
    reason = a_loss(subject)
    if reason is not None:
        return reason
    contract = subject.contract
    if contract.prediction.domain not in DOMAINS:
        return f"a free {contract.prediction.domain.replace('_', ' ')} is not trained here"
    if subject.candidate.gradient is None and subject.typical[contract.prediction.name].size > 200:
        return "the smallest batch is large"
    return None


@check(
    number=25,
    reason="The gradient may have the wrong sign, the minimum the wrong place, and every value"
    " still look plausible; sixty steps of descent show it.",
    rule="FAIL where following the gradient makes the loss worse, or gives NaN, or where a loss of"
    " the error alone is lowest at an error that is not zero.",
    evidence=("MONAI tests it with networks",),
    applies=_applies,
)
def convergence(subject: Any) -> Iterable[Finding]:
    """A free prediction that follows the gradient makes the loss lower, and becomes right."""
    batch = settled(subject, **few(subject))
    if not np.isfinite(subject.number(batch)):
        return
    found = descend(subject, batch)
    if found.lost is not None and len(found.values) > 3:
        yield _lost(subject, found)
    elif _climbs(found):
        yield _climbing(subject, batch, found)
    else:
        yield from _elsewhere(subject, batch, found)


def _climbs(found: Descent) -> bool:
    values = np.array(found.values)
    room = 1e-9 * max(1.0, abs(values[0]))
    return len(values) > 10 and values[1:].min() > values[0] + room


def _climbing(subject: Any, batch: Any, found: Descent) -> Finding:
    name = subject.contract.prediction.name
    by_hand = subject.candidate.gradient is not None
    calls = [subject.call(batch, says="at the start"), subject.call(found.end, says="at the end")]
    return fail(
        f"Following the gradient makes the loss worse: {found.values[0]:.4g} at the start and "
        f"{found.values[-1]:.4g} after {len(found.values) - 1} steps of descent on {name}.",
        subject.example(*calls, expected=f"less than {found.values[0]:.4g}"),
        cause="the gradient written by hand has the wrong sign: it points downhill, and descent "
        "subtracts it"
        if by_hand
        else "the gradient has the wrong sign, as target - prediction in a backward by hand",
        mend="the gradient of (prediction - target)**2 / 2 is prediction - target",
    )


def _lost(subject: Any, found: Descent) -> Finding:
    return fail(
        f"Descent on {subject.contract.prediction.name} ends in NaN or infinity after {found.lost} "
        f"steps, from an ordinary start.",
        subject.example(
            subject.call_slope(found.end) if subject.differentiable else subject.call(found.end),
            expected="numbers",
        ),
        cause="a logarithm, root or quotient that is not defined where descent leads",
        mend="compute from logits, or keep the argument above a small number",
    )


def _elsewhere(subject: Any, batch: Any, found: Descent) -> Iterator[Finding]:
    """Look for a loss of the error alone that is lowest at another error than zero."""
    start = met(subject, batch)
    if start is None or named(subject, *MARGINS) or not _of_the_error(subject, batch):
        return
    name = subject.contract.prediction.name
    off = found.end[name] - start[name]
    here, there = subject.number(start), found.values[-1]
    gained, seen = here - there, 1e-3 * max(abs(here), abs(there))
    if gained > max(0.02 * (found.values[0] - there), seen) and np.abs(off).max() > 0.1:
        yield fail(
            f"The loss is lowest at an error of {off.flat[np.abs(off).argmax()]:.3g}, and not at "
            f"zero: {there:.4g}, against {here:.4g} for a prediction "
            f"that meets the target.",
            subject.example(
                subject.call(found.end, says="where descent ends"),
                subject.call(start, says="the prediction meets the target"),
                expected=f"{there:.4g} or less",
            ),
            cause="a constant added to the error, or a sign that lets the loss fall for ever",
            mend="let the formula be lowest where prediction - target is zero",
        )


def _of_the_error(subject: Any, batch: Any) -> bool:
    """Say whether only the difference of prediction and target counts."""
    names = (subject.contract.prediction.name, subject.contract.target.name)
    shift = np.random.default_rng(7).normal(size=batch[names[0]].shape)
    moved = batch.each(lambda array: array + shift, names)
    return bool(np.isclose(subject.number(moved), subject.number(batch), rtol=1e-6))
