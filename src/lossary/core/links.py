"""From what a network puts out to what a loss reads: sigmoid, softmax and their kin."""

from collections.abc import Callable
from typing import Any

from lossary.domains import (
    Domain,
    log_amount,
    log_probability,
    logit,
    margin,
    positive,
    probability,
    real,
    scores,
)

Array = Any
Link = Callable[[Any, Array], Array]


def _same(xp: Any, x: Array) -> Array:
    return x


def _sigmoid(xp: Any, x: Array) -> Array:
    return xp.sigmoid(x)


def _log_softmax(xp: Any, x: Array) -> Array:
    return xp.log_softmax(x)


def _softmax(xp: Any, x: Array) -> Array:
    return xp.exp(_log_softmax(xp, x))


def _exp(xp: Any, x: Array) -> Array:
    return xp.exp(x)


LINKS: dict[tuple[Domain, Domain], Link] = {
    (logit, probability): _sigmoid,
    (scores, probability): _softmax,
    (scores, log_probability): _log_softmax,
    (log_probability, probability): _exp,
    (log_amount, positive): _exp,
}
"""The lawful ways from one declared domain to another: given the first, the second follows."""


ANY = (real, margin)


def link(given: Domain, wanted: Domain) -> Link | None:
    """Return the way from one domain to another, or None where there is no lawful one.

    Real numbers and margins are any numbers: what reads them can be handed everything.
    """
    if given == wanted or wanted in ANY:
        return _same
    return LINKS.get((given, wanted))
