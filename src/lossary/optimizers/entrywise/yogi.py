"""Yogi."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class Yogi(Entrywise):
    r"""Step as Adam, but let the mean of squares move by a gradient's size, not by the gap to it.

    After large gradients the steps grow again slowly.

    >>> import numpy as np
    >>> from lossary.optimizers import Yogi
    >>> optimizer, weights = Yogi(learning_rate=0.1, beta1=0.0), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(2)
    array([-3.11,  3.16])
    """

    cites = ("zaheer2018",)  # algorithm 2
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"v \leftarrow v - (1-\beta_2) \operatorname{sign}(v - g^2)\, g^2,\quad "
        r"w \leftarrow w - \eta\, \frac{m}{\sqrt{v} + \epsilon}"
    )
    hazards = (
        "The paper corrects neither mean for its start; optax corrects both, and starts the mean "
        "of gradients at the same number above zero as that of squares: with no gradient at all, "
        "it moves."
    )
    slots = ("mean", "square")

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: the change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the squares follow."""
    epsilon: float = parameter(1e-3, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    initial_square: float = parameter(1e-6, nonnegative, scale="log")
    """What the squares begin with, in the unit of the gradient squared."""
    bias_correction: bool = choice(False, True)
    """Whether both means are divided by what they have gathered, as optax does."""

    def begin(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        zeros = xp.zeros_like(weight)
        return zeros, zeros + self.initial_square

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any) -> Any:
        fresh = gradient * gradient
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = square - (1 - self.beta2) * xp.sign(square - fresh) * fresh
        size, rate = xp.sqrt(square), self.learning_rate
        if self.bias_correction:
            size = size * gathered(xp, self.beta2, step) ** -0.5
            rate = rate / gathered(xp, self.beta1, step)
        return -rate * mean / (size + self.epsilon), mean, square
