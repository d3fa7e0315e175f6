"""Weights that shrink beside what the optimizer does."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Wrapper, present
from lossary.core.parameter import parameter
from lossary.domains import nonnegative
from lossary.errors import ArgumentError

Array = Any


@define
class DecoupledWeightDecay(Wrapper):
    r"""Shrink all weights by a share of the learning rate, past what the optimizer does.

    The share is of the weights before the step, and of the learning rate of this step, schedules
    included, found in the optimizer within or in what that is made of.

    >>> import numpy as np
    >>> from lossary.optimizers import Adam, DecoupledWeightDecay
    >>> optimizer = DecoupledWeightDecay(of=Adam(learning_rate=0.1), weight_decay=0.5)
    >>> weights = np.ones(2)
    >>> optimizer.step(np.zeros(2), optimizer.init(weights), weights)[0]
    array([-0.05, -0.05])
    """

    cites = ("loshchilov2019",)  # algorithms 1 and 2
    aliases = ("AdamW's weight decay", "decoupled")
    formula = r"w \leftarrow \text{of}(w) - \eta \lambda w"
    hazards = (
        "Around Adam it takes the path of PyTorch's and optax's AdamW, and of weight_decay in any "
        "optimizer of Keras. The paper multiplies lambda by its schedule alone, which begins at 1, "
        "and not by the learning rate alpha: its lambda is eta times this one."
    )

    of: Optimizer
    """The optimizer that sees the gradient, and whose learning rate counts."""
    weight_decay: float = parameter(1e-2, nonnegative, scale="log")
    """lambda: which share of a weight goes in a step with a learning rate of one."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if _rated(self.of, {}) is None:
            raise ArgumentError(
                f"{self.label}(of={self.of!r}): it has no learning_rate to multiply by.\n"
                f"Hint: L2Penalty(of=…) needs none."
            )

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        change, after = super()._step(backend, gradient, state, weights, evidence)
        found: Any = _rated(self.within, state["of"])
        decayed = Leaves()
        for place, (moved, weight) in enumerate(zip(change, weights, strict=True)):
            weight = backend.cast(weight, backend.wide(weight))
            rate = at(found[0].of_array(place), backend, found[1], weight).learning_rate
            decay = at(self, backend, state["step"], weight).weight_decay
            decayed.append(backend.cast(moved, weight.dtype) - rate * decay * weight)
        return present(backend, decayed, evidence), after


def _rated(optimizer: Any, state: State) -> tuple[Any, Any] | None:
    """Return the first optimizer that has a learning rate, from outside in, and its step."""
    if "learning_rate" in optimizer.own:
        return optimizer, state.get("step")
    inner = getattr(optimizer, "within", None)
    return None if inner is None else _rated(inner, state.get("of", {}))
