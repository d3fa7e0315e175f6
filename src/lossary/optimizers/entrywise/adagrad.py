"""AdaGrad."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative


@define
class AdaGrad(Entrywise):
    r"""Divide each entry's step by the root of all squared gradients it has seen so far.

    Entries that rarely have a gradient take long steps when they do.

    >>> import numpy as np
    >>> from lossary.optimizers import AdaGrad
    >>> optimizer, weights = AdaGrad(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.1,  0.1])
    """

    cites = ("duchi2011",)  # figure 1, with diagonal matrices
    formula = r"G \leftarrow G + g^2,\quad w \leftarrow w - \eta\, \frac{g}{\sqrt{G} + \epsilon}"
    hazards = (
        "The sum never shrinks, so the step size falls to zero, as one over the root of the "
        "number of steps: in long training nothing is learned any more. "
        "optax and Keras begin the sum at 0.1 and put epsilon inside the root; PyTorch begins at 0."
    )
    slots = ("total",)

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: the change of an entry in the first step."""
    epsilon: float = parameter(1e-10, nonnegative, scale="log")
    """Added to the root, in the gradient's unit; inside it, in the unit of the gradient squared."""
    initial_square: float = parameter(0.0, nonnegative)
    """What the sum of squares begins with: above zero, the first steps are shorter."""
    inside_root: bool = choice(False, True)
    """Whether epsilon is added before the root is taken, as optax and Keras do."""

    def begin(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        return (xp.zeros_like(weight) + self.initial_square,)

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, total: Any) -> Any:
        total = total + gradient * gradient
        if self.inside_root:
            size = xp.sqrt(total + self.epsilon)
        else:
            size = xp.sqrt(total) + self.epsilon
        return -self.learning_rate * gradient / size, total
