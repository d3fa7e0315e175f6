"""AdaDelta."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, positive, share


@define
class AdaDelta(Entrywise):
    r"""Give each entry a step in the weights' own unit: recent changes over recent gradients.

    It needs no learning rate; one stands here as a factor of the change, as in all libraries.

    >>> import numpy as np
    >>> from lossary.optimizers import AdaDelta
    >>> optimizer, weights = AdaDelta(decay=0.75, epsilon=0.01), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(4)
    array([-0.199,  0.2  ])
    """

    cites = ("zeiler2012",)  # algorithm 1
    formula = (
        r"s \leftarrow \rho s + (1-\rho) g^2,\quad "
        r"d = \sqrt{\frac{u + \epsilon}{s + \epsilon}}\, g,\quad "
        r"u \leftarrow \rho u + (1-\rho) d^2,\quad w \leftarrow w - \eta\, d"
    )
    hazards = (
        "Epsilon alone sets the length of the first steps: with 1e-6 they are tiny, and it takes "
        "long to grow. Keras's learning rate is 0.001, so that its defaults hardly move; "
        "PyTorch and optax forget by 0.9."
    )
    slots = ("square", "travel")

    learning_rate: float = parameter(1.0, nonnegative, scale="log")
    """eta: a factor of the change; the paper has none."""
    decay: float = parameter(0.95, share)
    """rho: how slowly both means of squares forget."""
    epsilon: float = parameter(1e-6, positive, scale="log")
    """Added to both means of squares: the square of the first steps, in the weights' unit."""

    def update(
        self, xp: Any, step: Any, weight: Any, gradient: Any, square: Any, travel: Any
    ) -> Any:
        square = self.decay * square + (1 - self.decay) * gradient * gradient
        move = gradient * xp.sqrt(travel + self.epsilon) / xp.sqrt(square + self.epsilon)
        travel = self.decay * travel + (1 - self.decay) * move * move
        return -self.learning_rate * move, square, travel
