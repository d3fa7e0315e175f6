"""Adam."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class Adam(Entrywise):
    r"""Step along the gradient's running mean, divided by its running root mean square.

    Multiplying the loss by a number changes nothing but what epsilon means.

    >>> import numpy as np
    >>> from lossary.optimizers import Adam
    >>> optimizer, weights = Adam(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.1,  0.1])
    """

    cites = ("kingma2015",)  # algorithm 1
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad "
        r"w \leftarrow w - \eta\, \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon}"
    )
    hazards = (
        "Keras adds epsilon to the root before the root is corrected: a large epsilon acts "
        "otherwise there. With epsilon=0, an entry whose gradient has always been exactly zero is "
        "0/0: it becomes NaN."
    )
    slots = ("mean", "square")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit: gradients far smaller move nothing."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        # Both means start at zero; divided by what they have gathered, they are unbiased.
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5
        rate = self.learning_rate / gathered(xp, self.beta1, step)
        return -rate * mean / (size + self.epsilon), mean, square
