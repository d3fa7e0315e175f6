"""Check 34: at special values of a parameter, one loss becomes another."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lossary.adapters.foreign.candidate import Unchangeable
from lossary.errors import NotFoundError
from lossary.verifier.batches.vectors import vectors
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.likeness.comparing import best, compare
from lossary.verifier.likeness.family import Family, families_named
from lossary.verifier.likeness.limits import LIMITS, Limit
from lossary.verifier.likeness.naming import named, words_of
from lossary.verifier.likeness.wording import example, families_said
from lossary.verifier.rule import always, check


def _met(subject: Any) -> list[tuple[Limit, str]]:
    words = words_of(subject.candidate.name)
    settings = {
        name: value
        for name, value in subject.candidate.settings.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    return [
        (limit, name)
        for limit in LIMITS
        if limit.meets(words)
        for name in settings
        if name.lower().strip("_") in limit.setting
    ]


def _known(subject: Any) -> str | None:
    return always(subject) or (None if _met(subject) else "no parameter with a known limit")


@check(
    number=34,
    reason="A parameter that is switched off should give back the plain loss: users compare so.",
    rule="FAIL where a loss plainly named after a family does not become the known loss at the"
    " special value, up to scale, constants, conventions and weights; WARN for a mere variant of"
    " a family.",
    evidence=("kornia#875", "trl#1035"),
    applies=_known,
)
def limits(subject: Any) -> Iterable[Finding]:
    """At the special values of its parameters, the loss becomes what is known."""
    told = named(subject.candidate)
    level = _levelled(subject)
    if level is None:
        return
    own = best(compare(level, each) for each in told.families) if told else None
    if own is not None and own.mistake:
        return  # likeness has said what is wrong
    for limit, name in _met(subject):
        try:
            there = level.changed(**{name: limit.value})
        except Unchangeable:
            continue
        if _usual(level, there, told.families if told else _families(limit)):
            continue
        families = [each for word in limit.families for each in families_named(word)]
        found = best(compare(there, each) for each in families)
        if found is None or found.follows or not (found.mistake or found.far):
            continue
        if set(found.mapped.unknown) - {name, "alpha", *level.changes}:
            continue
        shown = example(found)
        if shown is None:
            continue
        say = fail if told is not None and told.clear else warn
        yield say(
            f"With {name}={limit.value:g} it should be {families_said(families)} up to scale:"
            f" {shown[0]}.",
            shown[1],
            cause=found.mistake.cause
            if found.mistake
            else f"{name} does more than it is known for",
            mend=f"check the formula at {name}={limit.value:g}, where most of it drops out",
        )
        return


def _levelled(subject: Any) -> Any | None:
    """Return the loss with weights of one for all classes; None where they cannot be set so."""
    for vector in vectors(subject):
        if not vector.settable:
            return None
        try:
            subject = replace(vector, subject=subject).ones()
        except Unchangeable:
            return None
    return subject


def _usual(subject: Any, there: Any, families: Sequence[Family]) -> bool:
    """Say whether it follows a convention of its own family, here and where the limit lies."""
    return any(
        found is not None and found.follows is not None and _follows(there, each)
        for each in families
        for found in (compare(subject, each),)
    )


def _follows(there: Any, family: Family) -> bool:
    found = compare(there, family)
    return found is None or found.follows is not None


def _families(limit: Limit) -> Sequence[Family]:
    """Return the families of a word that stands in a name, which as a whole tells none."""
    try:
        return families_named(" ".join(limit.words))
    except NotFoundError:
        return ()
