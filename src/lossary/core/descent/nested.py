"""Optimizers made of optimizers: what stands innermost, and whose learning rate it is."""

from typing import Any

from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.settings import valued
from lossary.core.descent.wrapper import Wrapper
from lossary.errors import ArgumentError


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


def with_learning_rate(optimizer: Optimizer, rate: Any) -> Optimizer:
    """Return the optimizer with this learning rate, one number or one for each trial.

    >>> from lossary.optimizers import Adam
    >>> with_learning_rate(Adam(beta1=0.5), 0.25)
    Adam(learning_rate=0.25, beta1=0.5, beta2=0.999, epsilon=1e-08)

    Raises:
        ArgumentError: neither it nor what it wraps has a learning rate.
    """
    found = _changed(optimizer, rate)
    if found is None:
        raise ArgumentError(
            f"{optimizer.label} has no learning_rate that could be set.\n"
            f"Hint: lossary.optimizers.Adam(), or another that has one."
        )
    return found


def learning_rate_of(optimizer: Optimizer) -> Any:
    """Return the learning rate, or None where there is none."""
    parameters = optimizer.parameters()
    if "learning_rate" in parameters:
        return parameters["learning_rate"]
    inner = (each for each in parameters.values() if isinstance(each, Optimizer))
    return next((rate for rate in map(learning_rate_of, inner) if rate is not None), None)


def _changed(optimizer: Optimizer, rate: Any) -> Optimizer | None:
    parameters = optimizer.parameters()
    if "learning_rate" in parameters:
        return optimizer.replace(learning_rate=rate, **beside(optimizer, rate))
    for name, value in parameters.items():
        inner = _changed(value, rate) if isinstance(value, Optimizer) else None
        if inner is not None:
            return optimizer.replace(**{name: inner})
    return None
