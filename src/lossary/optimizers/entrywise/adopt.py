"""ADOPT."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, share
from lossary.numerics import chosen


@define
class ADOPT(Entrywise):
    r"""Divide each gradient by what was known before it came, then average: any beta2 converges.

    The first step only looks at the size of the gradient, and moves nothing.

    >>> import numpy as np
    >>> from lossary.optimizers import ADOPT
    >>> optimizer, weights = ADOPT(learning_rate=0.1, beta1=0.5), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change, state = optimizer.step(weights, state, weights + change)
    >>> change
    array([-0.05,  0.05])
    """

    cites = ("taniguchi2024",)  # algorithm 2, and section 4's clipping
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) \operatorname{clip}\!\left("
        r"\frac{g}{\max(\sqrt{v}, \epsilon)}, \pm (t-1)^{1/4}\right),\quad "
        r"w \leftarrow w - \eta\, (m + \lambda w),\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad v_1 = g_1^2,\ w_1 = w_0"
    )
    hazards = (
        "The first call moves nothing. Without the clipping, an entry whose first gradient is tiny "
        "is thrown by its second. Older code of the authors starts the mean with the first ratio."
    )
    slots = ("mean", "square")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of sized gradients forgets."""
    beta2: float = parameter(0.9999, share)
    """How slowly the mean of squared gradients forgets."""
    epsilon: float = parameter(1e-6, nonnegative, scale="log")
    """The least that a gradient is divided by, in its unit."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""
    clipped: bool = choice(True, False)
    """Whether sized gradients are held within the fourth root of the number of moves."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any, square: Any) -> Any:
        moving = step > 1
        sized = gradient / xp.clip(xp.sqrt(square), min=self.epsilon)
        if self.clipped:
            bound = (step - 1) ** 0.25
            sized = xp.clip(sized, min=-bound, max=bound)
        after = self.beta1 * mean + (1 - self.beta1) * sized
        change = -self.learning_rate * (after + self.weight_decay * weight)
        fresh = gradient * gradient
        kept = self.beta2 * square + (1 - self.beta2) * fresh
        return (
            chosen(xp, moving, change, xp.zeros_like(mean)),
            chosen(xp, moving, after, mean),
            chosen(xp, moving, kept, fresh),
        )
