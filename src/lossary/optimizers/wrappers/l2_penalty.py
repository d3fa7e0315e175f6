"""A penalty on the squares of the weights."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.norms import norm
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Altering, Seen
from lossary.core.parameter import parameter
from lossary.domains import nonnegative

Array = Any


@define
class L2Penalty(Altering):
    r"""Add half the squared norm of the weights to the loss, so that all are drawn to zero.

    The optimizer within sees the sum's gradient: what it does to gradients, as Adam's division by
    their size, it does to the penalty too. `DecoupledWeightDecay` goes past it. What a closure or
    `loss` tells is penalised alike, and so is a curvature.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, L2Penalty
    >>> optimizer, weights = L2Penalty(of=SGD(learning_rate=1.0), weight=0.1), np.ones(2)
    >>> optimizer.step(np.zeros(2), optimizer.init(weights), weights)[0]
    array([-0.1, -0.1])
    """

    cites = ("hanson1988",)
    aliases = ("ridge", "Tikhonov", "weight decay", "add_decayed_weights")
    formula = r"g \leftarrow g + \lambda w"
    hazards = (
        "This is what PyTorch's SGD, Adam and RMSProp mean by weight_decay. Keras's weight_decay, "
        "and that of every AdamW, is DecoupledWeightDecay."
    )

    of: Optimizer
    """The optimizer that sees the penalised gradient."""
    weight: float = parameter(1e-4, nonnegative, scale="log")
    """lambda: what a weight of one adds to its gradient."""

    def _seeing(
        self, backend: Backend, gradient: Leaves, state: State, weights: Leaves
    ) -> tuple[Seen, State]:
        step = state["step"]

        def see(loss: Any, gradient: Leaves, weights: Leaves) -> tuple[Any, Leaves]:
            if loss is not None:
                loss = loss + self._penalty(backend, step, weights)
            both = zip(gradient, weights, strict=True)
            return loss, Leaves(self._added(backend, step, *each) for each in both)

        return see, {}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        curvature = evidence.get("curvature")
        if curvature is not None:
            ones = [backend.xp.ones_like(each) for each in weights]
            both = zip(curvature, ones, strict=True)
            bent = Leaves(self._added(backend, state["step"], *each) for each in both)
            evidence = evidence | {"curvature": bent}
        return super()._step(backend, gradient, state, weights, evidence)

    def _added(self, backend: Backend, step: Any, slope: Array, weight: Array) -> Array:
        wide = backend.wide(weight)
        weight = backend.cast(weight, wide)
        return backend.cast(slope, wide) + at(self, backend, step, weight).weight * weight

    def _penalty(self, backend: Backend, step: Any, weights: Leaves) -> Array:
        like = backend.cast(weights[0], backend.wide(weights[0]))
        squares = [
            backend.cast(norm(backend, each, self.stacked), like.dtype) ** 2 for each in weights
        ]
        return at(self, backend, step, like, axes=0).weight * sum(squares) / 2
