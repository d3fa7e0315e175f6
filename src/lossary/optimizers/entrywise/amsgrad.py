"""AMSGrad."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class AMSGrad(Entrywise):
    r"""Step as Adam, but never divide by less than before: a rare large gradient is not forgotten.

    >>> import numpy as np
    >>> from lossary.optimizers import AMSGrad
    >>> optimizer, weights = AMSGrad(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.1,  0.1])
    """

    cites = ("reddi2018",)  # algorithm 2
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad \hat v \leftarrow \max(\hat v, v),\quad "
        r"w \leftarrow w - \eta\, "
        r"\frac{m / (1-\beta_1^t)}{\sqrt{\hat v / (1-\beta_2^t)} + \epsilon}"
    )
    hazards = (
        "optax takes the largest of the corrected means, PyTorch corrects the largest mean, as "
        "here; Keras adds epsilon before the root is corrected. The paper corrects nothing. "
        "With epsilon=0, gradients of exactly zero become NaN."
    )
    slots = ("mean", "square", "largest")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    bias_correction: bool = choice(True, False)
    """Whether the means are divided by what they have gathered; the paper leaves it out."""

    def update(
        self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any, largest: Any
    ) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        largest = xp.maximum(largest, square)
        size, rate = xp.sqrt(largest), self.learning_rate
        if self.bias_correction:
            size = size * gathered(xp, self.beta2, step) ** -0.5
            rate = rate / gathered(xp, self.beta1, step)
        return -rate * mean / (size + self.epsilon), mean, square, largest
