"""Optimizers made of an optimizer: what they clip, average or look ahead of is another's."""

from typing import Any

from lossary.backends import Backend
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import settle
from lossary.core.descent.trees import Leaves
from lossary.errors import ArgumentError


class Wrapper(Optimizer):
    """An optimizer around another, `of`, whose state stands under "of"."""

    of: Optimizer

    def __post_init__(self) -> None:
        settle(self)
        if not isinstance(self.of, Optimizer):
            raise ArgumentError(f"{self.label}(of={self.of!r}): expected an optimizer, as Adam().")
        object.__setattr__(self, "stacked", self.of.stacked)
        object.__setattr__(self, "needs", tuple(dict.fromkeys((*type(self).needs, *self.of.needs))))

    def _init(self, backend: Backend, weights: Leaves) -> State:
        return {"step": backend.counter(), "of": self.of._init(backend, weights)}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        """Let the optimizer within do the step."""
        change, inner = self.of._step(backend, gradient, state["of"], weights, evidence)
        return change, state | {"step": state["step"] + 1, "of": inner}

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        return self.of._judged(state["of"], weights)
