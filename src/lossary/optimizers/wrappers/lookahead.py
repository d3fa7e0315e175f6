"""Look ahead some steps, then go a part of the way."""

from typing import Any

from lossary.backends import Backend, backend_of
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.states import selected
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Wrapper
from lossary.core.parameter import choice, parameter
from lossary.domains import count, share
from lossary.numerics import chosen

Array = Any


@define
class Lookahead(Wrapper):
    r"""Let another optimizer go some steps, then go back to a point on the way that it has come.

    The slow weights, which move every `period` steps, are those to judge and to keep.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD, Lookahead
    >>> optimizer, weights = Lookahead(of=SGD(learning_rate=1.0), period=2), np.zeros(1)
    >>> state = optimizer.init(weights)
    >>> for _ in range(2):
    ...     change, state = optimizer.step(np.ones(1), state, weights)
    ...     weights = weights + change
    >>> weights, optimizer.evaluation_weights(state, weights)
    (array([-1.]), array([-1.]))
    """

    cites = ("zhang2019",)  # algorithm 1
    formula = (
        r"\theta \leftarrow \text{of}(\theta);\quad \text{every } k \text{ steps: } "
        r"\phi \leftarrow \phi + \alpha (\theta - \phi),\; \theta \leftarrow \phi"
    )
    hazards = "With reset=True, schedules of the optimizer within begin anew every period."
    slots = ("slow",)

    of: Optimizer
    """The optimizer that goes ahead."""
    period: int = parameter(5, count)
    """k: how many steps it goes ahead."""
    factor: float = parameter(0.5, share)
    """alpha: how much of the way it has come is kept."""
    reset: bool = choice(False, True)
    """Whether the optimizer within then forgets all that it remembers."""

    def _init(self, backend: Backend, weights: Leaves) -> State:
        slow = Leaves(backend.cast(each, backend.wide(each)) for each in weights)
        return super()._init(backend, weights) | {"slow": slow}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        change, after = super()._step(backend, gradient, state, weights, evidence)
        back, xp = after["step"] % self.period == 0, backend.xp
        moved, slow = Leaves(), Leaves()
        for each, old, weight in zip(change, state["slow"], weights, strict=True):
            weight = backend.cast(weight, old.dtype)
            factor = at(self, backend, state["step"], old).factor
            new = old + factor * (weight + backend.cast(each, old.dtype) - old)
            moved.append(chosen(xp, back, new - weight, each))
            slow.append(chosen(xp, back, new, old))
        after["slow"] = slow
        if self.reset:
            fresh = self.within._init(backend, slow)
            after["of"] = selected(backend, back, fresh, after["of"], self.stacked)
        return moved, after

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        backend = backend_of(*weights)
        both = zip(state["slow"], weights, strict=True)
        return Leaves(backend.cast(slow, weight.dtype) for slow, weight in both)
