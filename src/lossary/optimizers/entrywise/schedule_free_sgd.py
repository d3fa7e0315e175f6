"""Schedule-free gradient descent."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.parameter import parameter
from lossary.domains import inner, nonnegative
from lossary.optimizers.entrywise._schedule_free import HAZARDS, ScheduleFree


@define
class ScheduleFreeSGD(ScheduleFree):
    r"""Average the path of gradient descent as it is walked: no schedule, and no end to know of.

    >>> import numpy as np
    >>> from lossary.optimizers import ScheduleFreeSGD
    >>> optimizer, weights = ScheduleFreeSGD(learning_rate=0.1), np.asarray([1.0])
    >>> state = optimizer.init(weights)
    >>> for _ in range(2):
    ...     change, state = optimizer.step(weights, state, weights)
    ...     weights = weights + change
    >>> weights.round(4), optimizer.evaluation_weights(state, weights).round(4)
    (array([0.8505]), array([0.855]))
    """

    cites = ("defazio2024",)  # equations 1 to 3
    aliases = ("schedule-free",)
    formula = (
        r"z \leftarrow z - \eta\, (g + \lambda w),\quad "
        r"x \leftarrow (1-c) x + c z,\quad w \leftarrow (1-\beta_1) z + \beta_1 x,\quad "
        r"c = \frac{t^r \eta_{\max}^p}{\sum_{i \le t} i^r \eta_{\max,i}^p}"
    )
    hazards = HAZARDS + "Good rates are 10 to 50 times those of SGD with momentum."
    slots = ("base",)

    learning_rate: float = parameter(1.0, nonnegative, scale="log")
    """eta: how far the base goes for a gradient of one, after the warm-up."""
    beta1: float = parameter(0.9, inner)
    """How near the average gradients are taken: 0 at the base, 1 at the average."""
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
        weight_sum: Any,
        fastest: Any,
    ) -> Any:
        way = gradient + self.weight_decay * weight
        return self._averaged(xp, step, weight, way, base, weight_sum, fastest)
