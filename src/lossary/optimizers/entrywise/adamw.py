"""AdamW."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class AdamW(Entrywise):
    r"""Step as Adam, and let every weight shrink by a share of itself, whatever its gradient.

    >>> import numpy as np
    >>> from lossary.optimizers import AdamW
    >>> optimizer, weights = AdamW(learning_rate=0.1, weight_decay=0.5), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.2,  2.6])
    """

    cites = ("loshchilov2019",)  # algorithm 2
    aliases = ("Adam with decoupled weight decay",)
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad "
        r"w \leftarrow w - \eta \left( "
        r"\frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon} + \lambda w \right)"
    )
    hazards = (
        "The decay is multiplied by the learning rate, as in PyTorch, optax and Keras; the paper "
        "multiplies it by the schedule only: there, a smaller rate does not decay less. Defaults "
        "differ: 0.01 in PyTorch, 0.0001 in optax, 0.004 in Keras. Keras adds epsilon before the "
        "root is corrected. With epsilon=0, gradients of exactly zero become NaN."
    )
    slots = ("mean", "square")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    weight_decay: float = parameter(1e-2, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5 + self.epsilon
        rate = self.learning_rate / gathered(xp, self.beta1, step)
        decay = self.learning_rate * self.weight_decay
        return -rate * mean / size - decay * weight, mean, square
