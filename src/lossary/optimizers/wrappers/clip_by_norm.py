"""Clipping the norm of each array of the gradient."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import norm
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import choice, parameter
from lossary.domains import positive, share
from lossary.optimizers.wrappers._limit import Limit


@define
class ClipByNorm(Limit):
    r"""Shorten each array of the gradient whose Euclidean norm is above a limit.

    Arrays are shortened one by one: each keeps its direction, but not the whole gradient. With
    `relative` the limit of an array is in units of the running mean of its own norm, unclipped, of
    the steps before; the first step is its own unit. That mean grows as the loss does: multiplying
    the loss by a number multiplies the limit alike.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, ClipByNorm
    >>> optimizer, weights = ClipByNorm(of=SGD(learning_rate=1.0), limit=1.0), np.zeros(2)
    >>> gradient = np.asarray([3.0, 4.0])
    >>> optimizer.step(gradient, optimizer.init(weights), weights)[0]
    array([-0.6, -0.8])
    """

    cites = ("pascanu2013",)  # algorithm 1, array by array
    aliases = ("clipnorm", "gradient clipping by norm")
    formula = r"g_i \leftarrow g_i \min(1,\; \ell / \lVert g_i \rVert)"

    of: Optimizer
    """The optimizer that sees the clipped gradient."""
    limit: float = parameter(1.0, positive, scale="log")
    """The largest norm of an array, in the gradient's unit; or relative."""
    relative: bool = choice(False, True)
    """Whether the limit is in units of what the array's norm usually is."""
    decay: float = parameter(0.99, share)
    """How slowly that mean forgets; without `relative` it plays no part."""

    def _sizes(self, backend: Backend, gradient: Leaves) -> Leaves:
        return Leaves(norm(backend, each, self.stacked) for each in gradient)

    def _held(self, backend: Backend, gradient: Leaves, limits: list[Any]) -> Leaves:
        return Leaves(
            self._shortened(backend, *each)
            for each in zip(gradient, self._sizes(backend, gradient), limits, strict=True)
        )
