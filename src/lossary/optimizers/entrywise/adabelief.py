"""AdaBelief."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class AdaBelief(Entrywise):
    r"""Step far where the gradient is as its running mean foretold, and carefully where it is not.

    >>> import numpy as np
    >>> from lossary.optimizers import AdaBelief
    >>> optimizer, weights = AdaBelief(learning_rate=0.1, beta1=0.5), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.2,  0.2])
    """

    cites = ("zhuang2020",)  # algorithm 2
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"s \leftarrow \beta_2 s + (1-\beta_2) (g - m)^2 + \epsilon,\quad "
        r"w \leftarrow w - \eta\, \frac{m / (1-\beta_1^t)}{\sqrt{s / (1-\beta_2^t)} + \epsilon}"
    )
    hazards = (
        "Epsilon is added twice: at every step to the squares, where it gathers up to "
        "epsilon / (1 - beta2), and to the root. What suits Adam (1e-8) is far too much here. "
        "optax lets the two differ."
    )
    slots = ("mean", "surprise")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the change of one entry in one step, where surprises are as large as gradients."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of squared surprises forgets."""
    epsilon: float = parameter(1e-16, nonnegative, scale="log")
    """Added to the squares at each step, and to the root."""

    def update(
        self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, surprise: Any
    ) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        error = gradient - mean
        surprise = self.beta2 * surprise + (1 - self.beta2) * error * error + self.epsilon
        size = xp.sqrt(surprise) * gathered(xp, self.beta2, step) ** -0.5 + self.epsilon
        rate = self.learning_rate / gathered(xp, self.beta1, step)
        return -rate * mean / size, mean, surprise
