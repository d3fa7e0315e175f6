"""Clipping each entry of the gradient."""

import math
from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import joint_norm, met
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import choice, parameter
from lossary.domains import positive, share
from lossary.optimizers.wrappers._limit import Limit


@define
class ClipByValue(Limit):
    r"""Cut off each entry of the gradient that is larger than a limit; the direction changes.

    With `relative` the limit is in units of the running mean of the root mean square of all
    entries of the gradient, unclipped, of the steps before; the first step is its own unit. That
    mean grows as the loss does: multiplying the loss by a number multiplies the limit alike.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, ClipByValue
    >>> optimizer, weights = ClipByValue(of=SGD(learning_rate=1.0), limit=2.0), np.zeros(3)
    >>> gradient = np.asarray([1.0, -3.0, 40.0])
    >>> optimizer.step(gradient, optimizer.init(weights), weights)[0]
    array([-1.,  2., -2.])
    """

    cites = ("mikolov2012",)
    aliases = ("clip value", "clipvalue", "clip_grad_value_", "gradient clipping by value")
    formula = r"g \leftarrow \min(\max(g, -\ell), \ell)"

    of: Optimizer
    """The optimizer that sees the clipped gradient."""
    limit: float = parameter(1.0, positive, scale="log")
    """The largest size of an entry, in the gradient's unit; or relative."""
    relative: bool = choice(False, True)
    """Whether the limit is in units of what entries usually are."""
    decay: float = parameter(0.99, share)
    """How slowly that mean forgets; without `relative` it plays no part."""

    def _sizes(self, backend: Backend, gradient: Leaves) -> Leaves:
        sizes = [backend.shape(each)[bool(self.stacked) :] for each in gradient]
        count = sum(math.prod(each) for each in sizes)
        size = joint_norm(backend, gradient, self.stacked) / max(count, 1) ** 0.5
        return Leaves(size for _ in gradient)

    def _held(self, backend: Backend, gradient: Leaves, limits: list[Any]) -> Leaves:
        found = Leaves()
        for each, limit in zip(gradient, limits, strict=True):
            wide = backend.cast(each, backend.wide(each))
            most = backend.cast(limit, wide.dtype) if hasattr(limit, "dtype") else limit
            most = met(backend, most, wide, self.stacked)
            found.append(backend.xp.clip(wide, -most, most))
        return found
