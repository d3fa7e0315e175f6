"""AdaMax."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class AdaMax(Entrywise):
    r"""Divide the gradient's running mean by its largest recent size: no change exceeds the rate.

    >>> import numpy as np
    >>> from lossary.optimizers import AdaMax
    >>> optimizer, weights = AdaMax(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.1,  0.1])
    """

    cites = ("kingma2015",)  # algorithm 2
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"u \leftarrow \max(\beta_2 u, |g| + \epsilon),\quad "
        r"w \leftarrow w - \frac{\eta}{1-\beta_1^t}\, \frac{m}{u}"
    )
    hazards = (
        "The paper has no epsilon, so an entry that never had a gradient is 0/0; with epsilon in "
        "the maximum, as PyTorch and optax have it, it stays. Keras adds epsilon to the maximum."
    )
    slots = ("mean", "largest")

    learning_rate: float = parameter(2e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the largest size fades."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the size of each gradient, in its unit."""

    def update(
        self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, largest: Any
    ) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        largest = xp.maximum(self.beta2 * largest, xp.abs(gradient) + self.epsilon)
        rate = self.learning_rate / gathered(xp, self.beta1, step)
        return -rate * mean / largest, mean, largest
