"""Sophia-G."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, positive, share


@define
class SophiaG(Entrywise):
    r"""Divide the gradient's running mean by that of the curvature, and clip what is too far.

    Every ten steps or so, hand over an estimate of the curvature: the squared slopes of a
    `curvature_probe`. In steps without one, the last stays.

    >>> import numpy as np
    >>> from lossary.optimizers import SophiaG
    >>> optimizer = SophiaG(learning_rate=0.1, gamma=1.0, weight_decay=0.0)
    >>> weights, curvature = np.asarray([2.0, -50.0]), np.asarray([100.0, 100.0])
    >>> state = optimizer.init(weights)
    >>> change, state = optimizer.step(weights, state, weights, curvature=curvature)
    >>> change.round(6)
    array([-0.008,  0.1  ])
    """

    cites = ("liu2024",)  # algorithms 2 and 3
    aliases = ("Sophia", "second-order clipped stochastic optimization")
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
        r"h \leftarrow \beta_2 h + (1-\beta_2) \hat h \text{ if given},\quad "
        r"w \leftarrow w - \eta \left( \operatorname{clip}\!\left("
        r"\frac{m}{\max(\gamma h, \epsilon)}, \pm 1\right) + \lambda w \right)"
    )
    hazards = (
        "Without a curvature it is the sign of the momentum. Nothing is corrected for its start at "
        "zero, as in the paper; optax corrects the mean of gradients, and uses each estimate one "
        "step later. The weights that decay are those before the step."
    )
    slots = ("mean", "curve")

    learning_rate: float = parameter(1e-4, nonnegative, scale="log")
    """eta: the largest change of one entry in one step."""
    beta1: float = parameter(0.96, share)
    """How slowly the mean of gradients forgets."""
    beta2: float = parameter(0.99, share)
    """How slowly the mean of curvatures forgets, per estimate."""
    gamma: float = parameter(0.05, positive, scale="log")
    """A factor of the curvature: the smaller, the more entries are clipped."""
    epsilon: float = parameter(1e-12, positive, scale="log")
    """The least that the mean is divided by: entries without curvature move by their sign."""
    weight_decay: float = parameter(0.1, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""

    def update(
        self,
        xp: Any,
        step: Any,
        weight: Any,
        gradient: Any,
        mean: Any,
        curve: Any,
        curvature: Any = None,
    ) -> Any:
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        if curvature is not None:
            curve = self.beta2 * curve + (1 - self.beta2) * curvature
        move = mean / xp.clip(self.gamma * curve, min=self.epsilon)
        move = xp.clip(move, min=-1.0, max=1.0)
        return -self.learning_rate * (move + self.weight_decay * weight), mean, curve
