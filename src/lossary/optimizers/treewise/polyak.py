"""Polyak's step size."""

from math import inf
from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, positive, real
from lossary.errors import DomainError
from lossary.optimizers.treewise._sums import inner, lifted, meeting


@define
class Polyak(Optimizer):
    r"""Step as far against the gradient as a straight line would need to reach the lowest loss.

    No learning rate is needed, but the value that the loss can reach: `bound`. Our losses know a
    bound of their own, `loss.lower_bound`; for a model that can fit its data, it is reached.

    >>> import numpy as np
    >>> from lossary import SquaredError
    >>> from lossary.optimizers import Polyak
    >>> optimizer, weights = Polyak(bound=SquaredError().lower_bound), np.asarray([3.0, 4.0])
    >>> state = optimizer.init(weights)
    >>> change, state = optimizer.step(2 * weights, state, weights, loss=25.0)
    >>> change
    array([-1.5, -2. ])
    """

    cites = ("polyak1987", "loizou2021", "berrada2020")  # section 5.3; SPS_max; algorithm 1
    aliases = ("Polyak step size", "SPS", "SPS+", "ALI-G", "stochastic Polyak step")
    formula = r"w \leftarrow w - \min\left(\frac{(f - f^*)_+}{\|g\|^2 + \epsilon}, c\right) g"
    hazards = (
        "A bound that is too low makes steps too long: with noise, or a model that cannot fit its "
        "data, they never settle; `maximum` holds them. Below the bound it stays where it is, as "
        "optax's variant 'sps+'; the variant 'sps' climbs."
    )
    needs = ("loss",)

    bound: float = parameter(0.0, real)
    """f*: the lowest value that the loss can have, in the loss's unit."""
    maximum: float | None = parameter(None, positive, optional=True, scale="log")
    """c: the longest step for a gradient of one; None is without."""
    epsilon: float = parameter(0.0, nonnegative, scale="log")
    """Added to the squared norm, in the gradient's unit squared."""

    def __post_init__(self) -> None:
        if self.bound == -inf:
            raise DomainError(
                "Polyak(bound=-inf): a loss without a lower bound has no distance to it.\n"
                "Hint: give the lowest value that you expect, with maximum= to hold the steps."
            )
        super().__post_init__()

    def _init(self, backend: Backend, weights: Leaves) -> State:
        return {"step": backend.counter()}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        xp, slopes = backend.xp, lifted(backend, gradient)
        rule = at(self, backend, state["step"], slopes[0], axes=0)
        square = inner(backend, slopes, slopes, self.stacked) + rule.epsilon
        gap = xp.clip(backend.scalar(evidence["loss"], square) - rule.bound, min=0.0)
        # Where the slope is zero there is nowhere to go: any finite step will do.
        rate = gap / xp.where(square == 0, xp.ones_like(square), square)
        if rule.maximum is not None:
            rate = xp.clip(rate, max=rule.maximum)
        change = Leaves(-meeting(backend, rate, each) * each for each in slopes)
        return change, state | {"step": state["step"] + 1}
