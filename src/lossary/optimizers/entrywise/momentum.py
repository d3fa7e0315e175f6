"""Gradient descent with momentum."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter, zero
from lossary.domains import nonnegative, share
from lossary.numerics import chosen


@define
class Momentum(Entrywise):
    r"""Roll downhill as a heavy ball: each step goes along the gradients so far, old ones fading.

    The velocity is kept without the learning rate, so a change of the rate acts at once.

    >>> import numpy as np
    >>> from lossary.optimizers import Momentum
    >>> optimizer, weights = Momentum(learning_rate=0.1, momentum=0.5), np.asarray([1.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change, state = optimizer.step(weights, state, weights)
    >>> change
    array([-0.15])
    """

    cites = ("polyak1964", "sutskever2013")  # equation 9; equations 1 and 2
    aliases = ("heavy ball", "SGD with momentum", "classical momentum")
    formula = r"v \leftarrow \mu v + (1-\tau) g,\quad w \leftarrow w - \eta\, v"
    hazards = (
        "Keras multiplies the learning rate into the velocity: after a change of the rate, the "
        "ball rolls on with the old one. A step in the same direction for ever goes "
        "1 / (1 - momentum) times as far as plain descent."
    )
    slots = ("velocity",)

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: how far a step goes for a velocity of one."""
    momentum: float = parameter(0.9, share)
    """mu: how much of the velocity is left after a step."""
    dampening: float = parameter(0.0, share)
    """tau: how much of each new gradient is left out, but of the first, as in PyTorch."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, velocity: Any) -> Any:
        if not zero(self.dampening):
            gradient = chosen(xp, step > 1, (1 - self.dampening) * gradient, gradient)
        velocity = self.momentum * velocity + gradient
        return -self.learning_rate * velocity, velocity
