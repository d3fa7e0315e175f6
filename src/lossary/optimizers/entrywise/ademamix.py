"""AdEMAMix."""

import math
from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter, zero
from lossary.domains import inner, nonnegative, share
from lossary.numerics import chosen, gathered, logarithm


@define
class AdEMAMix(Entrywise):
    r"""Step as AdamW along two means of the gradients: one of the last ten, one of thousands.

    >>> import numpy as np
    >>> from lossary.optimizers import AdEMAMix
    >>> optimizer, weights = AdEMAMix(learning_rate=0.1, alpha=0.0), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.1,  0.1])
    """

    cites = ("pagliardini2025",)  # algorithm 1
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"s \leftarrow \beta_3(t)\, s + (1-\beta_3(t)) g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad w \leftarrow w - \eta \left( "
        r"\frac{m / (1-\beta_1^t) + \alpha(t)\, s}{\sqrt{v / (1-\beta_2^t)} + \epsilon} "
        r"+ \lambda w \right)"
    )
    hazards = (
        "The slow mean is not corrected for its start at zero, and remembers for as many steps as "
        "1 / (1 - beta3): in shorter training it hardly counts. Without a warm-up, large alpha "
        "throws young models far. optax has no warm-up of its own, but takes schedules for alpha "
        "and beta3."
    )
    slots = ("mean", "slow", "square")

    learning_rate: float = parameter(1e-3, nonnegative, scale="log")
    """eta: the change of one entry in one step that the fast mean alone makes, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the fast mean of gradients forgets."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets."""
    beta3: float = parameter(0.9999, inner)
    """How slowly the slow mean of gradients forgets, after the warm-up."""
    alpha: float = parameter(5.0, nonnegative)
    """How much the slow mean counts against the fast one, after the warm-up."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""
    warm_up: float = parameter(0.0, nonnegative)
    """Steps in which alpha grows from zero, and the slow mean's memory from that of the fast."""

    def update(
        self,
        xp: Any,
        step: Any,
        weight: Any,
        gradient: Any,
        mean: Any,
        slow: Any,
        square: Any,
    ) -> Any:
        part = self._warm(xp, step)
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        slow = slow + self._taken(xp, part) * (gradient - slow)
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5 + self.epsilon
        move = (mean / gathered(xp, self.beta1, step) + self.alpha * part * slow) / size
        return -self.learning_rate * (move + self.weight_decay * weight), mean, slow, square

    def _warm(self, xp: Any, step: Any) -> Any:
        """Return how much of the warm-up is over: 0 to 1."""
        if zero(self.warm_up):
            return 1.0
        return chosen(xp, step < self.warm_up, step / self.warm_up, 1.0)

    def _taken(self, xp: Any, part: Any) -> Any:
        """Return 1 - beta3 for now: 1 / log(beta3) goes over from that of beta1, in equal steps."""
        if zero(self.warm_up):
            return 1 - self.beta3
        fast = 0.0 if zero(self.beta1) else (1 - part) / logarithm(xp, self.beta1)
        return gathered(xp, math.e, 1 / (fast + part / logarithm(xp, self.beta3)))
