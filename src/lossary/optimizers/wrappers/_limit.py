"""What clipping wrappers share: a limit, which may be in units of what is usual."""

from abc import abstractmethod
from typing import Any

from lossary.backends import Backend
from lossary.core.descent.norms import times, unset
from lossary.core.descent.optimizer import Shape, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.descent.wrapper import Altering, Seen

Array = Any


class Limit(Altering):
    """A wrapper that holds the gradient to `limit`.

    Where `relative` is true, the limit of a step is `limit` times the running mean of what the
    sizes were in the steps before, unclipped; the first size above zero is the first mean. A size
    that is not finite does not enter the mean.
    """

    limit: float
    relative: bool
    decay: float

    slots = ("usual",)

    def kept(self) -> tuple[str, ...]:
        return self.slots if self.relative else ()

    @abstractmethod
    def _sizes(self, backend: Backend, gradient: Leaves) -> Leaves:
        """Return how large the gradient is, as a relative limit means it, once for each array."""

    @abstractmethod
    def _held(self, backend: Backend, gradient: Leaves, limits: list[Any]) -> Leaves:
        """Return the gradient within its limits, one for each array."""

    def _shaped(self, slot: str, shape: Shape) -> Shape:
        return (self.stacked,) if self.stacked else ()

    def _init(self, backend: Backend, weights: Leaves) -> State:
        state = super()._init(backend, weights)
        if self.relative:
            zero = unset(backend, weights[0], self.stacked)
            state["usual"] = Leaves(zero for _ in weights)
        return state

    def _seeing(
        self, backend: Backend, gradient: Leaves, state: State, weights: Leaves
    ) -> tuple[Seen, State]:
        like = backend.cast(weights[0], backend.wide(weights[0]))
        rule, kept = at(self, backend, state["step"], like, axes=0), {}
        limits: list[Any] = [rule.limit] * len(gradient)
        if self.relative:
            xp, usual = backend.xp, state["usual"]
            sizes = [backend.cast(each, like.dtype) for each in rule._sizes(backend, gradient)]
            both = list(zip(usual, sizes, strict=True))
            limits = [rule.limit * xp.where(mean > 0, mean, size) for mean, size in both]
            kept["usual"] = Leaves(rule._followed(xp, *each) for each in both)

        def see(loss: Any, gradient: Leaves, weights: Leaves) -> tuple[Any, Leaves]:
            return loss, rule._held(backend, gradient, limits)

        return see, kept

    def _followed(self, xp: Any, usual: Array, size: Array) -> Array:
        after = xp.where(usual > 0, self.decay * usual + (1 - self.decay) * size, size)
        return xp.where(xp.isfinite(size), after, usual)

    def _shortened(self, backend: Backend, array: Array, size: Array, limit: Any) -> Array:
        """Shorten an array whose size is above its limit; a size of NaN makes it NaN."""
        limit = backend.cast(limit, size.dtype) if hasattr(limit, "dtype") else limit
        factor = backend.xp.where(size <= limit, backend.xp.ones_like(size), limit / size)
        return times(backend, array, factor, self.stacked)
