"""Clipping the norm of the whole gradient."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import joint_norm
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import choice, parameter
from lossary.domains import positive, share
from lossary.optimizers.wrappers._limit import Limit


@define
class ClipByGlobalNorm(Limit):
    r"""Shorten the gradient where its norm over all arrays is above a limit; keep its direction.

    With `relative` the limit is in units of the running mean of that norm, unclipped, of the steps
    before; the first step is its own unit. That mean grows as the loss does: multiplying
    the loss by a number multiplies the limit alike, and clips the same steps.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, ClipByGlobalNorm
    >>> optimizer = ClipByGlobalNorm(of=SGD(learning_rate=1.0), limit=1.0)
    >>> weights = {"w": np.zeros(1), "b": np.zeros(1)}
    >>> gradient = {"w": np.asarray([3.0]), "b": np.asarray([4.0])}
    >>> optimizer.step(gradient, optimizer.init(weights), weights)[0]
    {'w': array([-0.6]), 'b': array([-0.8])}
    """

    cites = ("pascanu2013",)  # algorithm 1
    aliases = ("global_clipnorm", "clip_grad_norm_", "gradient clipping", "gradient_clip_val")
    formula = r"g \leftarrow g \min(1,\; \ell / \lVert g \rVert)"
    hazards = (
        "PyTorch divides by the norm plus 1e-6, and so shortens a little more, also just below the "
        "limit. A gradient with an infinite entry becomes NaN: it has no direction."
    )

    of: Optimizer
    """The optimizer that sees the clipped gradient."""
    limit: float = parameter(1.0, positive, scale="log")
    """The largest norm of the gradient, in its own unit; or relative."""
    relative: bool = choice(False, True)
    """Whether the limit is in units of what the norm usually is."""
    decay: float = parameter(0.99, share)
    """How slowly that mean forgets; without `relative` it plays no part."""

    def _sizes(self, backend: Backend, gradient: Leaves) -> Leaves:
        size = joint_norm(backend, gradient, self.stacked)
        return Leaves(size for _ in gradient)

    def _held(self, backend: Backend, gradient: Leaves, limits: list[Any]) -> Leaves:
        return Leaves(
            self._shortened(backend, *each)
            for each in zip(gradient, self._sizes(backend, gradient), limits, strict=True)
        )
