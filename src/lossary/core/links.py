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


LINKS: dict[tuple[Domain, Domain], Link] = {
    (logit, probability): lambda xp, x: xp.sigmoid(x),
    (scores, probability): lambda xp, x: xp.exp(xp.log_softmax(x)),
    (scores, log_probability): lambda xp, x: xp.log_softmax(x),
    (log_probability, probability): lambda xp, x: xp.exp(x),
    (log_amount, positive): lambda xp, x: xp.exp(x),
}
"""The lawful ways from one declared domain to another: given the first, the second follows."""
ANY = (real, margin)
"""What any number may be."""


def link(given: Domain, wanted: Domain) -> Link | None:
    """Return the way from one domain to another, or None where there is no lawful one.

    Real numbers and margins are any numbers: what reads them can be handed everything.
    """
    if given == wanted or wanted in ANY:
        return lambda xp, x: x
    return LINKS.get((given, wanted))
