"""Lion."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share


@define
class Lion(Entrywise):
    r"""Move every entry by the same length, in the direction of its gradient and momentum mixed.

    >>> import numpy as np
    >>> from lossary.optimizers import Lion
    >>> optimizer, weights = Lion(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change
    array([-0.1,  0.1])
    """

    cites = ("chen2023",)  # algorithm 2
    aliases = ("evolved sign momentum",)
    formula = (
        r"w \leftarrow w - \eta \left( \operatorname{sign}(\beta_1 m + (1-\beta_1) g) + "
        r"\lambda w \right),\quad m \leftarrow \beta_2 m + (1-\beta_2) g"
    )
    hazards = (
        "Steps never get shorter by themselves: with a constant rate the weights end up to one "
        "rate away from the minimum. Rates that suit Adam are 3 to 10 times too large, and the "
        "decay must grow by as much. optax decays by 0.001 if nothing is said."
    )
    slots = ("mean",)

    learning_rate: float = parameter(1e-4, nonnegative, scale="log")
    """eta: the change of every entry in every step."""
    beta1: float = parameter(0.9, share)
    """How much the momentum counts in the direction of a step, against the gradient."""
    beta2: float = parameter(0.99, share)
    """How slowly the mean of gradients forgets."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, mean: Any) -> Any:
        way = xp.sign(self.beta1 * mean + (1 - self.beta1) * gradient)
        mean = self.beta2 * mean + (1 - self.beta2) * gradient
        return -self.learning_rate * (way + self.weight_decay * weight), mean
