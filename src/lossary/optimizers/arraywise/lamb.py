"""LAMB."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Rule
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered
from lossary.optimizers.arraywise._trust import trust


@define
class LAMB(Rule):
    r"""Take Adam's direction, and let every array move by the same share of its own norm.

    >>> import numpy as np
    >>> from lossary.optimizers import LAMB
    >>> optimizer, weights = LAMB(learning_rate=0.1, epsilon=0.0), np.asarray([3.0, 4.0])
    >>> gradient = np.asarray([0.1, -90.0])
    >>> change, state = optimizer.step(gradient, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.353553,  0.353553])
    """

    cites = ("you2020",)  # algorithm 2
    aliases = ("layer-wise adaptive moments",)
    formula = (
        r"r = \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon} + \lambda w,\quad "
        r"w \leftarrow w - \eta\, \frac{\|w\|}{\|r\|}\, r"
    )
    hazards = (
        "Where an array or its step is all zeros, the ratio is 1. The paper's function of the norm "
        "is the identity here, as in optax; some libraries hold it below 10."
    )
    slots = ("mean", "square")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the share of its norm by which an array moves in one step."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets."""
    epsilon: float = parameter(1e-6, nonnegative, scale="log")
    """Added to the root, in the gradient's unit: gradients far smaller move nothing."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: how much of the weight is in the direction, beside Adam's steps of about one."""
    adapted: str = choice("all", "matrices")
    """Which arrays have a ratio; with "matrices", those of fewer than two axes (shifts, norms) keep
    a ratio of 1, and no weight decay."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5
        direction = mean / gathered(xp, self.beta1, step) / (size + self.epsilon)
        if self.adapted == "matrices" and self.axes(weight) < 2:
            return -self.learning_rate * direction, mean, square
        direction = direction + self.weight_decay * weight
        ratio = trust(xp, self.norm(xp, weight), self.norm(xp, direction))
        return -self.learning_rate * ratio * direction, mean, square
