"""Optimizers made of an optimizer: what they clip, average or look ahead of is another's."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from lossary.backends import Backend
from lossary.core.descent.optimizer import Optimizer, State
from lossary.core.descent.settings import for_trials
from lossary.core.descent.trees import Leaves
from lossary.errors import ArgumentError, DomainError

Array = Any
Seen = Callable[[Array | None, Leaves, Leaves], tuple[Array | None, Leaves]]
"""What becomes of a loss and a gradient, taken at some weights."""


class Wrapper(Optimizer):
    """An optimizer around another, `of`, whose state stands under "of".

    Its own numbers may be one for each of many trials; the optimizer within is then for as many.
    """

    of: Optimizer

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.of, Optimizer):
            raise ArgumentError(f"{self.label}(of={self.of!r}): expected an optimizer, as Adam().")
        own, inner = self.stacked, self.of.stacked
        if own and inner and own != inner:
            raise DomainError(
                f"{self.label} has numbers for {own} trials, but what it is made of, "
                f"{self.of.label}, for {inner}."
            )
        object.__setattr__(self, "stacked", own or inner)
        object.__setattr__(self, "curved", self.of.curved)
        object.__setattr__(self, "needs", tuple(dict.fromkeys((*type(self).needs, *self.of.needs))))

    @property
    def within(self) -> Optimizer:
        """The optimizer within, for as many trials as this one is."""
        found: Optimizer = for_trials(self.of, self.stacked)
        return found

    def _inner(self) -> dict[str, Optimizer]:
        return {"of": self.within}

    def _init(self, backend: Backend, weights: Leaves) -> State:
        return {"step": backend.counter(), "of": self.within._init(backend, weights)}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        """Let the optimizer within do the step."""
        change, inner = self.within._step(backend, gradient, state["of"], weights, evidence)
        change = present(backend, change, evidence)
        return change, state | {"step": state["step"] + 1, "of": inner}

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        return self.within._judged(state["of"], weights)


class Altering(Wrapper):
    """A wrapper that alters loss and gradient before the optimizer within sees them.

    What a closure gives is altered alike, so that a search along a line sees one function.
    """

    @abstractmethod
    def _seeing(
        self, backend: Backend, gradient: Leaves, state: State, weights: Leaves
    ) -> tuple[Seen, State]:
        """Return how losses and gradients are altered in this step, and what the state keeps."""

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        see, kept = self._seeing(backend, gradient, state, weights)
        loss, gradient = see(evidence.get("loss"), gradient, weights)
        gradient = present(backend, gradient, evidence)
        evidence = evidence | {"loss": loss}
        if evidence.get("closure") is not None:
            closure = evidence["closure"]

            def seen(leaves: Leaves) -> tuple[Array | None, Leaves]:
                loss, gradient = closure(leaves)
                return see(loss, gradient, leaves)

            evidence["closure"] = seen
        change, after = super()._step(backend, gradient, state, weights, evidence)
        return change, after | kept


def present(backend: Backend, arrays: Leaves, evidence: dict[str, Any]) -> Leaves:
    """Set to zero what belongs to weights that have no gradient in this step: they stay.

    A host says which ones have, under "present".
    """
    known = evidence.get("present")
    if known is None or all(known):
        return arrays
    zeros = backend.xp.zeros_like
    return Leaves(each if has else zeros(each) for each, has in zip(arrays, known, strict=True))
