"""Schedule-free AdamW."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.parameter import parameter
from lossary.domains import inner, nonnegative, share
from lossary.numerics import gathered
from lossary.optimizers.entrywise._schedule_free import HAZARDS, ScheduleFree


@define
class ScheduleFreeAdamW(ScheduleFree):
    r"""Average the path of AdamW without momentum as it is walked: no schedule, no end to know of.

    >>> import numpy as np
    >>> from lossary.optimizers import ScheduleFreeAdamW
    >>> optimizer, weights = ScheduleFreeAdamW(learning_rate=0.1), np.asarray([2.0, -50.0])
    >>> state = optimizer.init(weights)
    >>> change, state = optimizer.step(weights, state, weights)
    >>> optimizer.evaluation_weights(state, weights + change).round(6)
    array([  1.9, -49.9])
    """

    cites = ("defazio2024",)  # algorithm 1
    formula = (
        r"v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad "
        r"z \leftarrow z - \eta \left( \frac{g}{\sqrt{v / (1-\beta_2^t)} + \epsilon} "
        r"+ \lambda w \right),\quad "
        r"x \leftarrow (1-c) x + c z,\quad w \leftarrow (1-\beta_1) z + \beta_1 x,\quad "
        r"c = \frac{t^r \eta_{\max}^p}{\sum_{i \le t} i^r \eta_{\max,i}^p}"
    )
    hazards = HAZARDS + (
        "The paper multiplies the rate by the root of 1 - beta2^t and weighs by that; here, as in "
        "the authors' code and optax, the mean of squares is corrected instead."
    )
    slots = ("base", "square")

    learning_rate: float = parameter(2.5e-3, nonnegative, scale="log")
    """eta: the largest change of an entry of the base in one step, about, after the warm-up."""
    beta1: float = parameter(0.9, inner)
    """How near the average gradients are taken: 0 at the base, 1 at the average."""
    beta2: float = parameter(0.999, share)
    """How slowly the mean of squared gradients forgets."""
    epsilon: float = parameter(1e-8, nonnegative, scale="log")
    """Added to the root, in the gradient's unit."""
    weight_decay: float = parameter(0.0, nonnegative, scale="log")
    """lambda: the share of a weight that goes in one step, per learning rate."""
    warm_up: float = parameter(0.0, nonnegative)
    """Steps in which the learning rate grows from zero."""
    rate_power: float = parameter(2.0, nonnegative)
    """p: a step counts in the average as the largest rate so far to this power."""
    step_power: float = parameter(0.0, nonnegative)
    """r: a step counts in the average as its number to this power: above zero, late ones more."""

    def update(
        self,
        xp: Any,
        step: Any,
        weight: Any,
        gradient: Any,
        base: Any,
        square: Any,
        weight_sum: Any,
        fastest: Any,
    ) -> Any:
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        size = xp.sqrt(square) * gathered(xp, self.beta2, step) ** -0.5 + self.epsilon
        way = gradient / size + self.weight_decay * weight
        change, base = self._averaged(xp, step, weight, way, base, weight_sum, fastest)
        return change, base, square
