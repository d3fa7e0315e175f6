"""Clipping the gradient of each unit by the size of its weights."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import length
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Altering, Seen
from lossary.core.parameter import choice, parameter
from lossary.domains import positive

Array = Any


@define
class AdaptiveClip(Altering):
    r"""Shorten the gradient of each unit to a share of the norm of the unit's weights.

    An array with one axis is one unit. In others, a unit is what one output is computed from: all
    entries of one place of the last axis, as JAX and Keras lay out layers, or of the first axis,
    as PyTorch does. Convolutions over one axis are laid out alike; of arrays with three axes optax
    takes the first axis alone together.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, AdaptiveClip
    >>> optimizer = AdaptiveClip(of=SGD(learning_rate=1.0), limit=0.1)
    >>> weights, gradient = np.ones((4, 2)), np.asarray([[0.01, 5.0]] * 4)
    >>> optimizer.step(gradient, optimizer.init(weights), weights)[0][0]
    array([-0.01, -0.1 ])
    """

    cites = ("brock2021",)  # equation 3
    aliases = ("AGC", "adaptive gradient clipping", "adaptive_grad_clip")
    formula = (
        r"g_i \leftarrow g_i \min\left(1,\; "
        r"\frac{\lambda \max(\lVert w_i \rVert, \epsilon)}{\lVert g_i \rVert}\right)"
    )
    hazards = "Its authors leave out the last layer, whose weights may move as far as they like."

    of: Optimizer
    """The optimizer that sees the clipped gradient."""
    limit: float = parameter(0.01, positive, scale="log")
    """lambda: the largest norm of a unit's gradient, for weights of norm one."""
    epsilon: float = parameter(1e-3, positive, scale="log")
    """The least norm that weights count with, in the weights' unit: zeros can move too."""
    units: str = choice("last", "first")
    """Which axis numbers the outputs of a layer."""

    def _seeing(
        self, backend: Backend, gradient: Leaves, state: State, weights: Leaves
    ) -> tuple[Seen, State]:
        step = state["step"]

        def see(loss: Any, gradient: Leaves, weights: Leaves) -> tuple[Any, Leaves]:
            both = zip(gradient, weights, strict=True)
            return loss, Leaves(self._shortened(backend, step, *each) for each in both)

        return see, {}

    def _shortened(self, backend: Backend, step: Any, gradient: Array, weight: Array) -> Array:
        wide = backend.wide(weight)
        gradient, weight = backend.cast(gradient, wide), backend.cast(weight, wide)
        xp, axes, rule = backend.xp, self._axes(backend, weight), at(self, backend, step, weight)
        size, reach = (length(xp, each, axes) for each in (gradient, weight))
        most = rule.limit * xp.where(reach < rule.epsilon, rule.epsilon + 0 * reach, reach)
        return gradient * xp.where(size <= most, xp.ones_like(size), most / size)

    def _axes(self, backend: Backend, weight: Array) -> tuple[int, ...]:
        """Return the axes that a unit's norm is taken over."""
        own = range(bool(self.stacked), len(backend.shape(weight)))
        long = [axis for axis in own if backend.shape(weight)[axis] != 1]
        if len(long) <= 1:
            return tuple(own)
        return tuple(own[:-1] if self.units == "last" else own[1:])
