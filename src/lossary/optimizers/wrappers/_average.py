"""What averaging wrappers share: beside the weights that walk, an average that is judged."""

from abc import abstractmethod
from typing import Any

from lossary.backends import Backend, backend_of
from lossary.core.descent.norms import met
from lossary.core.descent.optimizer import State
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Wrapper

Array = Any


class Average(Wrapper):
    """A wrapper that leaves the walk as it is, and averages the weights along it."""

    slots = ("average",)

    @abstractmethod
    def _rate(self, backend: Backend, state: State, like: Array) -> tuple[Any, State]:
        """Return how far the average goes towards the weights that a step has reached.

        It is a number or one for each trial; beside it stands what the state keeps.
        """

    def _init(self, backend: Backend, weights: Leaves) -> State:
        average = Leaves(backend.cast(each, backend.wide(each)) for each in weights)
        return super()._init(backend, weights) | {"average": average}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        change, after = super()._step(backend, gradient, state, weights, evidence)
        rate, kept = self._rate(backend, state, state["average"][0])
        average = Leaves()
        for old, weight, each in zip(state["average"], weights, change, strict=True):
            reached = backend.cast(weight, old.dtype) + backend.cast(each, old.dtype)
            # Half precision rounds where the walk has come; the average is of that.
            reached = backend.cast(backend.cast(reached, weight.dtype), old.dtype)
            share = backend.cast(rate, old.dtype) if hasattr(rate, "dtype") else rate
            average.append(old + met(backend, share, old, self.stacked) * (reached - old))
        return change, after | {"average": average} | kept

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        backend = backend_of(*weights)
        both = zip(state["average"], weights, strict=True)
        return Leaves(backend.cast(average, weight.dtype) for average, weight in both)
