"""Stochastic gradient descent."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative


@define
class SGD(Entrywise):
    r"""Step against the gradient; with the gradient of all data, plain gradient descent.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD
    >>> optimizer, weights = SGD(learning_rate=0.5), np.asarray([2.0])
    >>> change, state = optimizer.step(2 * weights, optimizer.init(weights), weights)
    >>> weights + change
    array([0.])
    """

    cites = ("robbins1951",)  # equation 8
    aliases = ("gradient descent", "GD", "stochastic gradient descent", "steepest descent")
    formula = r"w \leftarrow w - \eta\, g"

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: how far a step goes for a gradient of one."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any) -> Any:
        return -self.learning_rate * gradient
