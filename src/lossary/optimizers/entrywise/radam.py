"""RAdam."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share
from lossary.numerics import chosen, gathered


@define
class RAdam(Entrywise):
    r"""Step as Adam, but only as far as the mean of squares can be trusted; at first without it.

    While fewer than five gradients speak for the size of a step, it is momentum's.

    >>> import numpy as np
    >>> from lossary.optimizers import RAdam
    >>> optimizer, weights = RAdam(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.2,  5. ])
    """

    cites = ("liu2020",)  # algorithm 2
    aliases = ("rectified Adam",)
    formula = (
        r"\rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1-\beta_2^t},\quad "
        r"\rho_\infty = \frac{2}{1-\beta_2} - 1,\quad "
        r"w \leftarrow w - \eta\, \frac{m}{1-\beta_1^t} \cdot \begin{cases} "
        r"\sqrt{\frac{(\rho_t-4)(\rho_t-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho_t}}\, "
        r"\frac{\sqrt{1-\beta_2^t}}{\sqrt{v} + \epsilon} & \rho_t > 5 \\ 1 & \text{else} "
        r"\end{cases}"
    )
    hazards = (
        "The first five steps are as long as the gradient: a loss of large slopes is thrown far. "
        "The paper trusts above 4, PyTorch above 5 and optax from 5 on. "
        "Epsilon is added before the root is corrected, as in PyTorch; optax adds it after."
    )
    slots = ("mean", "square")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about; at first, that for a slope of 1."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets; up to 0.66 the squares are never trusted."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root before it is corrected, in the gradient's unit."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        full, half = gathered(xp, self.beta1, step), gathered(xp, self.beta2, step)
        most = 2 / (1 - self.beta2) - 1
        seen = most - 2 * step * (1 - half) / half
        trusted = seen > 5
        above = chosen(xp, trusted, (seen - 4) * (seen - 2) * most * half, 1.0)
        below = chosen(xp, trusted, (most - 4) * (most - 2) * seen, 1.0)
        sized = (above / below) ** 0.5 / (xp.sqrt(square) + self.epsilon)
        sized = chosen(xp, trusted, sized, xp.ones_like(mean))
        return -self.learning_rate / full * mean * sized, mean, square
