"""Sharpness-aware minimisation."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import joint_norm, times
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Wrapper
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative, positive

Array = Any


@define
class SharpnessAware(Wrapper):
    r"""Follow the gradient that stands uphill at a distance: flat minima draw, sharp ones do not.

    Each step takes a second gradient, from the closure, at the weights moved along the first one.
    What the optimizer within sees, loss and closure too, is taken there.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, SharpnessAware
    >>> optimizer, weights = SharpnessAware(of=SGD(learning_rate=0.1), radius=0.5), np.ones(1)
    >>> def closure(weights):
    ...     return (weights**2).sum(), 2 * weights
    >>> state = optimizer.init(weights)
    >>> optimizer.step(2 * weights, state, weights, closure=closure)[0]  # -0.1 · 2 · 1.5
    array([-0.3])
    """

    cites = ("foret2021", "kwon2021")  # algorithm 1; adaptive: algorithm 1 there
    aliases = ("SAM", "ASAM", "sharpness-aware minimization")
    formula = (
        r"\hat w = w + \rho \frac{T^2 g}{\lVert T g \rVert},\quad "
        r"w \leftarrow \text{of}(w, \nabla L(\hat w)),\quad "
        r"T = 1 \text{ or } |w| + \epsilon"
    )
    hazards = "A model with batch normalisation counts each batch twice in its running means."
    needs = ("closure",)

    of: Optimizer
    """The optimizer that sees the gradient from uphill."""
    radius: float = parameter(0.05, nonnegative, scale="log")
    """rho: how far uphill; adaptive, in units of the weights, and about ten times as large."""
    adaptive: bool = choice(False, True)
    """Whether each weight is moved in proportion to its size, so that scaling layers is no loss."""
    epsilon: float = parameter(0.01, positive, scale="log")
    """Added to the size of a weight, in its unit; plays a part where it is adaptive."""

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        closure, step = evidence["closure"], state["step"]
        loss, uphill = closure(self._moved(backend, step, gradient, weights))

        def above(leaves: Leaves) -> tuple[Array, Leaves]:
            return closure(self._moved(backend, step, closure(leaves)[1], leaves))

        evidence = evidence | {"loss": loss, "closure": above}
        return super()._step(backend, uphill, state, weights, evidence)

    def _moved(self, backend: Backend, step: Any, gradient: Leaves, weights: Leaves) -> Leaves:
        """Return the weights moved uphill, in their own precision, which the closure expects."""
        xp, wide = backend.xp, [backend.cast(each, backend.wide(each)) for each in weights]
        slopes = [backend.cast(g, w.dtype) for g, w in zip(gradient, wide, strict=True)]
        if self.adaptive:
            reach = [xp.abs(w) + at(self, backend, step, w).epsilon for w in wide]
            slopes = [t * g for t, g in zip(reach, slopes, strict=True)]
        size = joint_norm(backend, slopes, self.stacked)
        rule = at(self, backend, step, wide[0], axes=0)
        # Where there is no slope there is no uphill.
        factor = xp.where(size == 0, xp.zeros_like(size), rule.radius / size)
        moved = [times(backend, each, factor, self.stacked) for each in slopes]
        if self.adaptive:
            moved = [t * each for t, each in zip(reach, moved, strict=True)]
        return Leaves(
            backend.cast(w + each, own.dtype)
            for w, each, own in zip(wide, moved, weights, strict=True)
        )
