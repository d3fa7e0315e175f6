"""Rules that move each array by itself: a formula of its weights, its gradient and its memory."""

from abc import abstractmethod
from inspect import signature
from typing import Any, ClassVar

from lossary.backends import Backend, backend_of
from lossary.core.descent.norms import length
from lossary.core.descent.optimizer import Optimizer, Shape, State
from lossary.core.descent.settings import at, spread
from lossary.core.descent.trees import Leaves
from lossary.core.dispatch import by_hand
from lossary.errors import ArgumentError

Array = Any


class Rule(Optimizer):
    """An optimizer with one formula, `update`, for each array of the weights.

    `update(self, xp, step, weight, gradient, *slots, *carried)` returns the change and the slots
    after it; `curvature` may come last, and is None where the caller gave none. `step` counts from
    1. It is a Python number on NumPy and PyTorch and an array without axes elsewhere, as are
    parameters that are scheduled: such numbers meet in operators, in `** 0.5` and in
    `numerics.gathered` and `numerics.chosen` only.

    `carried` are numbers that go from step to step for all arrays at once, each with what it is
    before the first step; `carry` computes them.
    """

    carried: ClassVar[dict[str, float]] = {}

    @classmethod
    def settle(cls) -> None:
        super().settle()
        taken = signature(cls.update).parameters
        named = tuple(taken)[5:]
        cls.curved = named[-1:] == ("curvature",)
        if any(each.kind is each.VAR_POSITIONAL for each in taken.values()):
            return  # it sorts them itself, as `kept` says
        known = (*cls.slots, *cls.carried, *(["curvature"] if cls.curved else []))
        if named != known:
            raise ArgumentError(
                f"{cls.__name__}: update takes {', '.join(named)} after the gradient, but its "
                f"slots, and what is carried, are {', '.join(known)}."
            )

    @abstractmethod
    def update(self, xp: Any, step: Any, weight: Any, gradient: Any, *memory: Any) -> Any:
        """Return (change, *slots) for one array: maths alone."""

    def begin(self, xp: Any, weight: Array) -> tuple[Array, ...]:
        """Return the slots before the first step: zeros, if a rule says nothing else."""
        return tuple(xp.zeros_like(weight) for _ in self.slots)

    def carry(self, xp: Any, step: Any, *carried: Any) -> tuple[Any, ...]:
        """Return what is carried, in this step, from what it was in the last one."""
        return carried

    def total(self, xp: Any, array: Array) -> Array:
        """Sum an array, that of each trial by itself; its axes are kept with size 1."""
        axes = self._own(array)
        return xp.sum(array, axis=axes, keepdims=True) if axes else array

    def norm(self, xp: Any, array: Array) -> Array:
        """Return the Euclidean norm of an array, that of each trial by itself."""
        return length(xp, array, self._own(array))

    def _own(self, array: Array) -> tuple[int, ...]:
        """Name the axes of an array, without that of the trials."""
        return tuple(range(1 if self.stacked else 0, array.ndim))

    def rms(self, xp: Any, array: Array) -> Array:
        """Return the root mean square of an array, that of each trial by itself."""
        return self.norm(xp, array) / xp.sqrt(self.total(xp, xp.ones_like(array)))

    def axes(self, array: Array) -> int:
        """Count the axes of an array, without that of the trials."""
        return int(array.ndim) - (1 if self.stacked else 0)

    def _init(self, backend: Backend, weights: Leaves) -> State:
        state: State = {"step": backend.counter()}
        begun = [self._begun(backend, each) for each in weights]
        slots = zip(*begun, strict=True) if self.slots else ()
        state |= {name: Leaves(each) for name, each in zip(self.slots, slots, strict=True)}
        like = backend.cast(weights[0], backend.wide(weights[0]))
        for name, value in self.carried.items():
            alone = not self.stacked
            state[name] = (
                backend.number(value, like)
                if alone
                else backend.xp.row((value,) * self.stacked, like)
            )
        return state

    def _shaped(self, slot: str, shape: Shape) -> Shape | None:
        return shape if type(self).begin is Rule.begin else None

    def _begun(self, backend: Backend, weight: Array) -> tuple[Array, ...]:
        weight = backend.cast(weight, backend.wide(weight))
        return at(self, backend, 0, weight).begin(backend.xp, weight)

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        step, carried = state["step"] + 1, self._carried(backend, state, weights[0])
        arrays = [weights, gradient, *(state[name] for name in self.slots)]
        if self.curved:
            arrays.append(evidence.get("curvature") or [None] * len(weights))
        moved = self._at_once(backend, state["step"], carried, arrays)
        if moved is None:
            moved = [
                self._moved(backend, state["step"], carried, *each)
                for each in zip(*arrays, strict=True)
            ]
        change, *slots = (Leaves(each) for each in zip(*moved, strict=True))
        after = {"step": step, **dict(zip(self.slots, slots, strict=True))}
        return change, state | after | dict(zip(self.carried, carried, strict=True))

    def _at_once(
        self, backend: Backend, step: Any, carried: tuple[Any, ...], arrays: list[Any]
    ) -> list[tuple[Array, ...]] | None:
        """Move all arrays by a kernel; None where the formula must do."""
        return None

    def _carried(self, backend: Backend, state: State, like: Array) -> tuple[Any, ...]:
        """Compute what is carried: a number for each trial, where there are several."""
        if not self.carried:
            return ()
        like = backend.cast(like, backend.wide(like))
        rule = at(self, backend, state["step"], like, axes=0)
        step = backend.real(state["step"] + 1, like)
        return tuple(rule.carry(backend.xp, step, *(state[name] for name in self.carried)))

    def _moved(
        self, backend: Backend, step: Any, carried: tuple[Any, ...], weight: Array, *rest: Array
    ) -> tuple[Array, ...]:
        """Move one array; half precision is lifted to single."""
        wide, axes = backend.wide(weight), len(backend.shape(weight)) - 1
        if 0 in backend.shape(weight):
            return 1 * backend.cast(weight, wide), *rest[1 : 1 + len(self.slots)]
        arrays = [None if each is None else backend.cast(each, wide) for each in (weight, *rest)]
        if self.stacked:
            carried = tuple(spread(each, axes) for each in carried)
        place = 2 + len(self.slots)
        arrays[place:place] = carried
        rule = at(self, backend, step, arrays[0])
        found = rule.update(backend.xp, backend.real(step + 1, arrays[0]), *arrays)
        return found if isinstance(found, tuple) else (found,)


class Entrywise(Rule):
    """A rule that moves each entry by itself: traced, it becomes one pass over memory."""

    def _shaped(self, slot: str, shape: Shape) -> Shape | None:
        return shape

    def _at_once(
        self, backend: Backend, step: Any, carried: tuple[Any, ...], arrays: list[Any]
    ) -> list[tuple[Array, ...]] | None:
        kernel = by_hand("steps")
        return None if kernel is None else kernel(self, backend, step, carried, arrays)

    def _moved(
        self, backend: Backend, step: Any, carried: tuple[Any, ...], weight: Array, *rest: Array
    ) -> tuple[Array, ...]:
        """Move one array, if its slots are of its framework."""
        for name, slot in zip(self.slots, rest[1:], strict=False):
            self._same(backend, backend_of(slot), f"{name} of the state")
        return super()._moved(backend, step, carried, weight, *rest)
