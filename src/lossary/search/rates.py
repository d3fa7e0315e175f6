"""An optimizer with another learning rate, wherever in it that stands."""

from typing import Any

from lossary.core.descent.nested import beside
from lossary.core.descent.optimizer import Optimizer
from lossary.errors import ArgumentError


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
