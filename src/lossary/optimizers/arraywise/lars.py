"""LARS."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Rule
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, share
from lossary.optimizers.arraywise._trust import trust


@define
class LARS(Rule):
    r"""Let every array move by the same share of its own norm, with momentum.

    The gradient's norm decides nothing but between arrays of zeros and others: a layer with small
    gradients moves as far, for its size, as one with large ones. Made for very large batches.

    >>> import numpy as np
    >>> from lossary.optimizers import LARS
    >>> optimizer, weights = LARS(learning_rate=1.0, trust=0.1), np.asarray([3.0, 4.0])
    >>> gradient = np.asarray([600.0, 800.0])
    >>> change, state = optimizer.step(gradient, optimizer.init(weights), weights)
    >>> change
    array([-0.3, -0.4])
    """

    cites = ("you2017",)  # algorithm 1
    aliases = ("layer-wise adaptive rate scaling",)
    formula = (
        r"v \leftarrow \mu v + \eta\, c\, \frac{\|w\|}{\|g\| + \lambda \|w\|} (g + \lambda w),"
        r"\quad w \leftarrow w - v"
    )
    hazards = (
        "Where an array or its gradient is all zeros, the factor is 1, and not trust times a "
        "ratio: such arrays first move far. With weight decay, optax divides by the norm of "
        "g + λ w, and not by the sum of both norms as the paper does: its steps are longer."
    )
    slots = ("velocity",)

    learning_rate: float = parameter(1.0, nonnegative, scale="log")
    """eta: a factor of all steps; it is in the velocity, so that a change of it acts slowly."""
    trust: float = parameter(1e-3, nonnegative, scale="log")
    """c: the share of its norm by which an array moves in one step, at a learning rate of one."""
    momentum: float = parameter(0.9, share)
    """mu: how much of the last change is in the next one."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: how strongly weights are drawn to zero, in the gradient's unit over the weight's."""
    adapted: str = choice("all", "matrices")
    """Which arrays have a ratio; with "matrices", those of fewer than two axes (shifts, norms) keep
    a ratio of 1, and no weight decay."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, velocity: Any) -> Any:
        if self.adapted == "matrices" and self.axes(weight) < 2:
            velocity = self.momentum * velocity + self.learning_rate * gradient
            return -velocity, velocity
        size, slope = self.norm(xp, weight), self.norm(xp, gradient)
        pull = gradient + self.weight_decay * weight
        ratio = trust(xp, self.trust * size, slope + self.weight_decay * size)
        velocity = self.momentum * velocity + self.learning_rate * ratio * pull
        return -velocity, velocity
