"""Adan."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, share
from lossary.numerics import chosen, gathered


@define
class Adan(Entrywise):
    r"""Step along where the gradient is about to be: its running mean, and that of its changes.

    >>> import numpy as np
    >>> from lossary.optimizers import Adan
    >>> optimizer, weights = Adan(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.1,  0.1])
    """

    cites = ("xie2024",)  # algorithm 1, corrected for the start from zero as in the authors' code
    aliases = ("adaptive Nesterov momentum",)
    formula = (
        r"d = g - g_{t-1},\quad m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) d,\quad "
        r"n \leftarrow \beta_3 n + (1-\beta_3) (g + \beta_2 d)^2,\quad "
        r"w \leftarrow \frac{1}{1 + \eta \lambda} \left( w - \eta\, "
        r"\frac{m / (1-\beta_1^t) + \beta_2 v / (1-\beta_2^t)}"
        r"{\sqrt{n / (1-\beta_3^t)} + \epsilon} \right)"
    )
    hazards = (
        "The betas say what is kept; the paper's say what is taken. optax multiplies the change of "
        "the gradient by 1 - beta2, where the paper has beta2: the same path for 0.5 only."
    )
    slots = ("mean", "trend", "square", "previous")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about."""
    beta1: float = parameter(0.98, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.92, share)
    """How slowly the mean of their changes forgets, and how far it looks ahead."""
    beta3: float = parameter(0.99, share)
    """How slowly the mean of squares forgets."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""
    proximal: bool = choice(True, False)
    """Whether the weights decay after the step, by division, as in the paper; else beside it."""

    def update(
        self,
        xp: Any,
        step: Any,
        weight: Any,
        gradient: Any,
        mean: Any,
        trend: Any,
        square: Any,
        previous: Any,
    ) -> Any:
        turn = chosen(xp, step > 1, gradient - previous, xp.zeros_like(gradient))
        ahead = gradient + self.beta2 * turn
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        trend = self.beta2 * trend + (1 - self.beta2) * turn
        square = self.beta3 * square + (1 - self.beta3) * ahead * ahead
        size = xp.sqrt(square) * gathered(xp, self.beta3, step) ** -0.5 + self.epsilon
        steady = self.learning_rate / gathered(xp, self.beta1, step)
        turning = self.learning_rate * self.beta2 / gathered(xp, self.beta2, step)
        move = (steady * mean + turning * trend) / size
        decay = self.learning_rate * self.weight_decay
        change = -(move + decay * weight)
        if self.proximal:
            change = change / (1 + decay)
        return change, mean, trend, square, gradient
