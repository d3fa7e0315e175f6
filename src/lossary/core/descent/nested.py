"""Optimizers inside of wrappers: what stands innermost, and the same wrappers around another."""

from typing import Any

from lossary.core.descent.settings import valued
from lossary.core.descent.wrapper import Wrapper


def innermost(optimizer: Any) -> Any:
    """Return what all wrappers are around: the rule that reads the gradient last."""
    while isinstance(optimizer, Wrapper):
        optimizer = optimizer.within
    return optimizer


def around(optimizer: Any, inner: Any) -> Any:
    """Return an optimizer with another rule innermost, which is taken as it is."""
    if not isinstance(optimizer, Wrapper):
        return inner
    return valued(optimizer, {"of": around(optimizer.within, inner)})


def beside(rule: Any, rate: Any) -> dict[str, Any]:
    """Return what a rule leaves to others, at learning rates in proportion to its own.

    A host that sets the rate of `Muon` sets that of its `otherwise` too, by the same factor; from a
    rate of zero, or from a schedule, there is no such factor, and the others stay as they are.
    """
    own, found = getattr(rule, "learning_rate", None), {}
    if not isinstance(own, float) or own == 0 or rate is None or isinstance(rule, Wrapper):
        return {}
    for name, other in rule._inner().items():
        usual = getattr(other, "learning_rate", None)
        if isinstance(usual, float):
            several = isinstance(rate, tuple)
            share = tuple(r / own * usual for r in rate) if several else rate / own * usual
            plain = several or isinstance(share, float)
            change = {"learning_rate": share}
            found[name] = other.replace(**change) if plain else valued(other, change)
    return found
