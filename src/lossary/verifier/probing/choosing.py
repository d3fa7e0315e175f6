"""Tries the forms that fit, the likeliest first, until none that is left could be likelier."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product
from time import perf_counter
from typing import Any

from lossary.verifier.batch import Array
from lossary.verifier.contract import Contract
from lossary.verifier.probing.behaviour import coupled, course, label_matters
from lossary.verifier.probing.fitting import Fit, Heard, extras, fits
from lossary.verifier.probing.form import Form, Slot
from lossary.verifier.probing.forms import FORMS
from lossary.verifier.probing.shaping import beside
from lossary.verifier.probing.text import Text
from lossary.verifier.probing.trying import Trials, finite
from lossary.verifier.subject import Subject

MOST = 3.0
"""What numbers can add to a form at most."""
TRIES = 60
PATIENCE = 2.0
"""Seconds after which a form that was taken is good enough."""
WAYS = 8
CLEAR = 4.0
"""Where so much is said for the numbers of a prediction, they need not be found by trying."""


@dataclass(frozen=True)
class Choice:
    """A form that the loss takes."""

    fit: Fit
    contract: Contract
    value: Array
    score: float
    shown: str | None
    """The domain of the prediction that the numbers show, where they show one."""


def chosen(
    text: Text, arguments: list[Heard], trials: Trials, forms: tuple[Form, ...] = FORMS,
    roles: tuple[str, ...] = (),
) -> Choice | None:  # fmt: skip
    """Return the likeliest form that the loss takes, or None where it takes none."""
    begin, best = perf_counter(), None
    courses: dict[Any, str | None] = {}
    for fit, slots in _laid(text, arguments, forms, roles):
        if best is not None and best.score >= fit.score + MOST:
            break
        if best is not None and perf_counter() - begin > PATIENCE:
            break
        if len(trials.said) > TRIES:
            break
        for each in slots:
            contract = trials.contract(each, fit.form.sizes)
            tried = trials.tried(contract)
            if tried is not None:
                gain, shown = _gain(*tried, fit, courses)
                found = Choice(fit, tried[0].contract, tried[1], fit.score + gain, shown)
                best = found if best is None or found.score > best.score else best
                break
    return best


def _laid(
    text: Text, arguments: list[Heard], forms: tuple[Form, ...], roles: tuple[str, ...]
) -> list[tuple[Fit, list[tuple[Slot, ...]]]]:
    """Lay forms over all arguments, and smaller ones over some with weights and masks beside."""
    found = [(fit, [fit.slots]) for fit in fits(text, arguments, forms)]
    apart = ("weight", "mask", "length")
    mains = [p for p, each in enumerate(arguments) if each.word.role not in apart]
    if any(each.word.role == "length" for each in arguments):
        found = []
    for places in {tuple(mains), tuple(mains[:3]), tuple(mains[:2]), tuple(mains[:1])}:
        if 0 < len(places) < len(arguments):
            for fit in fits(text, [arguments[p] for p in places], forms):
                lost = sum(_lost(arguments[p]) for p in mains if p not in places)
                less = replace(fit, score=fit.score - lost + _stepped(fit, arguments))
                found.append((less, list(islice(_beside(fit, places, arguments), WAYS))))
    if roles:
        found = [(f, [s for s in slots if _roles(s) == roles]) for f, slots in found]
    return sorted((each for each in found if each[1]), key=lambda each: -each[0].score)


def _lost(each: Heard) -> float:
    """Weigh an argument that a form has no place for."""
    return 2.0 if each.word.role is None else 5.0


def _stepped(fit: Fit, arguments: list[Heard]) -> float:
    """Weigh that where there are lengths there are steps."""
    lengths = any(each.word.role == "length" for each in arguments)
    return 6.0 if lengths and any("t" in each.axes for each in fit.slots) else 0.0


def _roles(slots: tuple[Slot, ...]) -> tuple[str, ...]:
    return tuple(each.role for each in slots)


def _beside(
    fit: Fit, places: tuple[int, ...], arguments: list[Heard]
) -> Iterator[tuple[Slot, ...]]:
    known = dict(zip(places, fit.slots, strict=True))
    letters = tuple(each.stated for each in arguments)
    ways = [
        [known[p]] if p in known else list(extras(beside(known, letters, p), each, fit.slots))
        for p, each in enumerate(arguments)
    ]
    yield from product(*ways)


def _gain(
    subject: Subject, value: Array, fit: Fit, courses: dict[Any, str | None]
) -> tuple[float, str | None]:
    """Weigh what the numbers say for a form."""
    contract = subject.contract
    prediction, target = contract.prediction, contract.target
    size = subject.typical[prediction.name].size
    gain = 0.0 if finite(value) else -4.0
    gain -= 2.0 if value.size > max(size, 1) else 0.0
    if target is None:
        return gain, None
    if target.domain == "labels":
        if target.axes == prediction.axes:
            return gain, None
        return gain + (1.5 if label_matters(subject) else -2.0), None
    if "k" in prediction.axes and prediction.domain == "scores":
        within, across = (coupled(subject, (0, 0), other) for other in ((0, 1), (1, 0)))
        gain += 1.5 if within and not across else -1.5
    return _of_course(subject, fit, gain, courses)


def _of_course(
    subject: Subject, fit: Fit, gain: float, courses: dict[Any, str | None]
) -> tuple[float, str | None]:
    contract = subject.contract
    prediction, target = contract.prediction, contract.target
    assert target is not None
    rows = "k" in prediction.axes and prediction.domain not in ("logit", "probability", "margin")
    known = {"c", "d", "t"} & {*prediction.axes} and not fit.stated
    alike = prediction.axes == target.axes and not rows and not known
    alone = len(contract.roles("prediction")) == len(contract.roles("target")) == 1
    if (
        not alike
        or not alone
        or fit.support.get(prediction.name, 0.0) >= CLEAR
        or prediction.domain == "box"
    ):
        return gain, None
    key = tuple((a.name, a.role, a.axes) for a in contract.arguments)
    if key not in courses:
        courses[key] = course(subject)
    shown = courses[key]
    if shown is None:
        return gain, None
    if shown == prediction.domain:
        return gain + (1.5 if shown == "positive" else 3.0), shown
    tame = shown in ("real", "positive") and prediction.domain in (
        "probability",
        "positive",
        "nonnegative",
    )
    close = {shown, prediction.domain} == {"logit", "margin"}
    return gain - (0.0 if tame or close else 2.0), None
