"""NAdam."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, share
from lossary.numerics import gathered


@define
class NAdam(Entrywise):
    r"""Step as Adam with Nesterov's look-ahead, and a momentum that grows as training settles.

    >>> import numpy as np
    >>> from lossary.optimizers import NAdam
    >>> optimizer, weights = NAdam(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(4)
    array([-0.1056,  0.1056])
    """

    cites = ("dozat2016",)  # algorithm 2, its schedule of the momentum
    aliases = ("Nesterov Adam", "Nadam")
    formula = (
        r"\mu_t = \beta_1 (1 - \tfrac{1}{2}\, 0.96^{t \psi}),\quad "
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad v \leftarrow \beta_2 v + (1-\beta_2) g^2,"
        r"\quad w \leftarrow w - \eta\, \frac{(1-\mu_t)\, g / (1-\prod_{i \le t} \mu_i) + "
        r"\mu_{t+1}\, m / (1-\prod_{i \le t+1} \mu_i)}{\sqrt{v / (1-\beta_2^t)} + \epsilon}"
    )
    hazards = (
        "optax leaves out the schedule of the momentum, and corrects with powers of beta1 in place "
        "of the product: another path, unless momentum_decay is so large (1e6) that the momentum "
        "is beta1 at once. In Keras it is 1, and stays. PyTorch keeps the product in single "
        "precision, whatever the weights are in. With epsilon=0, gradients of exactly zero become "
        "NaN."
    )
    slots = ("mean", "square")
    carried = {"product": 1.0}

    learning_rate: float = parameter(2e-3, nonnegative, scale="log")
    """eta: the largest change of one entry in one step, about."""
    beta1: float = parameter(0.9, share)
    """How slowly the mean of gradients forgets; the momentum grows from half of it to it."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of their squares forgets."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    momentum_decay: float = parameter(4e-3, nonnegative, scale="log")
    """psi: how fast the momentum grows, per step; at zero it stays at half of beta1."""

    def carry(self, xp: Any, step: Any, *carried: Any) -> tuple[Any, ...]:
        return (carried[0] * self._momentum(step),)

    def update(
        self,
        xp: Any,
        step: Any,
        weight: Any,
        gradient: Any,
        mean: Any,
        square: Any,
        product: Any,
    ) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        after = self._momentum(step + 1)
        now = (1 - self._momentum(step)) / (1 - product)
        ahead = after / (1 - product * after)
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5 + self.epsilon
        return -self.learning_rate * (now * gradient + ahead * mean) / size, mean, square

    def _momentum(self, step: Any) -> Any:
        return self.beta1 * (1 - 0.5 * 0.96 ** (step * self.momentum_decay))
