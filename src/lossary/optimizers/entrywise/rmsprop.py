"""RMSProp: plain, centred, and with momentum."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import choice, parameter, zero
from lossary.domains import nonnegative, share


@define
class RMSProp(Entrywise):
    r"""Divide the gradient by the running root of its mean square, so that all entries keep pace.

    >>> import numpy as np
    >>> from lossary.optimizers import RMSProp
    >>> optimizer, weights = RMSProp(learning_rate=0.1, decay=0.75), np.asarray([2.0, -50.0])
    >>> change, state = optimizer.step(weights, optimizer.init(weights), weights)
    >>> change.round(6)
    array([-0.2,  0.2])
    """

    cites = ("tieleman2012", "graves2013")  # slide 29; equations 38 to 41, centred and with epsilon
    formula = (
        r"s \leftarrow \rho s + (1-\rho) g^2,\quad a \leftarrow \rho a + (1-\rho) g,\quad "
        r"v \leftarrow \mu v + \frac{g}{\sqrt{s} + \epsilon}"
        r"\;\text{(centred: } \sqrt{s - a^2} \text{)},\quad w \leftarrow w - \eta\, v"
    )
    hazards = (
        "Two conventions: PyTorch adds epsilon to the root and forgets by 0.99, optax and Keras "
        "add it inside the root and forget by 0.9. With momentum, optax and Keras multiply the "
        "learning rate into the velocity. The mean starts at zero and is not corrected: the first "
        "step is 1 / sqrt(1 - decay) learning rates long."
    )
    slots = ("square", "mean", "velocity")

    learning_rate: float = parameter(1e-2, nonnegative, scale="log")
    """eta: the change of one entry in one step, about."""
    decay: float = parameter(0.9, share)
    """rho: how slowly the means forget."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit; inside it, in the unit of the gradient squared."""
    momentum: float = parameter(0.0, share)
    """mu: how much of the last move is kept."""
    initial_square: float = parameter(0.0, nonnegative)
    """What the mean of squares begins with: above zero, the first steps are shorter."""
    centred: bool = choice(False, True)
    """Whether the mean gradient is taken off: the root of the variance is left."""
    inside_root: bool = choice(False, True)
    """Whether epsilon is added before the root is taken, as optax and Keras do."""

    def kept(self) -> tuple[str, ...]:
        wanted = {"mean": self.centred, "velocity": not zero(self.momentum)}
        return tuple(name for name in type(self).slots if wanted.get(name, True))

    def begin(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        start = xp.zeros_like(weight) + self.initial_square
        return (start, *(xp.zeros_like(weight) for _ in self.slots[1:]))

    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, *memory: Any) -> Any:
        after = dict(zip(self.slots, memory, strict=True))
        square = after["square"] = self._mean(after["square"], gradient * gradient)
        if self.centred:
            mean = after["mean"] = self._mean(after["mean"], gradient)
            # Rounding can bring the variance of a steady gradient below zero.
            square = xp.clip(square - mean * mean, min=0.0)
        if self.inside_root:
            move = gradient / xp.sqrt(square + self.epsilon)
        else:
            move = gradient / (xp.sqrt(square) + self.epsilon)
        if "velocity" in after:
            move = after["velocity"] = self.momentum * after["velocity"] + move
        return -self.learning_rate * move, *after.values()

    def _mean(self, mean: Any, new: Any) -> Any:
        return self.decay * mean + (1 - self.decay) * new
