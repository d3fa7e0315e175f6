"""Which families a loss promises to be of, and whether it is one with its arguments exchanged."""

from typing import Any

from lossary.verifier.likeness.comparing import Comparison, best, compare
from lossary.verifier.likeness.family import Family, families_named
from lossary.verifier.likeness.naming import CLEAR, GUARDED_ONLY, named


def promised(subject: Any) -> tuple[tuple[Family, ...], int]:
    """Return the families that are declared, or told by the name, and how surely."""
    if subject.contract.like is not None:
        return families_named(subject.contract.like), CLEAR
    told = named(subject.candidate)
    return (told.families, told.level) if told else ((), GUARDED_ONLY)


def exchanged(subject: Any) -> Comparison | None:
    """Return the convention that a loss follows with its two arguments exchanged, and only so."""
    families, level = promised(subject)
    contract = subject.contract
    if level <= GUARDED_ONLY or contract.target is None or not contract.sure("order"):
        return None
    straight = best(compare(subject, each) for each in families)
    if straight is not None and (straight.follows or not (straight.mistake or straight.far)):
        return None
    found = best(compare(subject, each, turned=True) for each in families)
    fit = found.follows if found is not None else None
    return found if fit is not None and fit.exact and fit.plain else None
