"""Nesterov's accelerated gradient."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share


@define
class Nesterov(Entrywise):
    r"""Step as momentum will have gone one step later: it brakes before the valley's other side.

    The weights are those at which the gradient is taken: the look-ahead, not the point behind it.

    >>> import numpy as np
    >>> from lossary.optimizers import Nesterov
    >>> optimizer, weights = Nesterov(learning_rate=0.1, momentum=0.5), np.asarray([1.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.15])
    """

    cites = ("nesterov1983", "sutskever2013")  # equations 3 and 4, told at the look-ahead
    aliases = ("NAG", "Nesterov momentum", "Nesterov's accelerated gradient")
    formula = r"v \leftarrow \mu v + g,\quad w \leftarrow w - \eta\, (g + \mu v)"
    hazards = (
        "Keras multiplies the learning rate into the velocity: after a change of the rate, the "
        "ball rolls on with the old one. Nesterov's own momentum grows with the step; give a "
        "schedule for that."
    )
    slots = ("velocity",)

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: how far a step goes for a velocity of one."""
    momentum: float = parameter(0.9, share)
    """mu: how much of the velocity is left after a step."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, velocity: Any) -> Any:
        velocity = self.momentum * velocity + gradient
        return -self.learning_rate * (gradient + self.momentum * velocity), velocity
