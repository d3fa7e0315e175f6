"""Rules for matrices; all other arrays follow another optimizer."""

from typing import Any

from lossary.backends import Backend
from lossary.core.descent.optimizer import Optimizer, Shape, State
from lossary.core.descent.rule import Rule
from lossary.core.descent.settings import for_trials
from lossary.core.descent.trees import Leaves
from lossary.errors import ArgumentError, DomainError
from lossary.optimizers.entrywise.adamw import AdamW

Array = Any
_usual: Any = AdamW  # a type checker does not see that its parameters have defaults
BESIDE: Optimizer = _usual()
"""What moves the arrays that are no matrices, if nothing else is said."""


class Matrixwise(Rule):
    """A rule for arrays of two axes; `otherwise` moves the others, and stands under that name.

    Each of the two sees all arrays, but arrays without entries where they are not its own.
    """

    otherwise: Optimizer

    def __post_init__(self) -> None:
        super().__post_init__()
        other = self.otherwise
        if not isinstance(other, Optimizer) or "closure" in other.needs:
            raise ArgumentError(
                f"{self.label}(otherwise={other!r}): expected an optimizer that needs no closure."
            )
        counts = {each for each in (self.stacked, other.stacked) if each}
        if len(counts) > 1:
            raise DomainError(f"{self.label}: it is for {self.stacked} trials, but {other!r} not.")
        stacked = counts.pop() if counts else 0
        for name, value in (("stacked", stacked), ("needs", other.needs), ("curved", other.curved)):
            object.__setattr__(self, name, value)

    @property
    def beside(self) -> Optimizer:
        """The optimizer of the other arrays, for as many trials as this one is."""
        found: Optimizer = for_trials(self.otherwise, self.stacked)
        return found

    def _inner(self) -> dict[str, Optimizer]:
        return {"otherwise": self.beside}

    def takes(self, array: Array) -> bool:
        """Say whether an array is one for this rule."""
        return self._takes(tuple(array.shape))

    def _takes(self, shape: Shape) -> bool:
        return len(shape) - bool(self.stacked) == 2

    def first(self, xp: Any, weight: Array) -> tuple[Array, ...]:
        """Return the slots of a matrix before the first step."""
        return super().begin(xp, weight)

    def begin(self, xp: Any, weight: Array) -> tuple[Array, ...]:
        if self.takes(weight):
            return self.first(xp, weight)
        return tuple(xp.zeros_like(weight[..., None][..., :0]) for _ in self.slots)

    def _shaped(self, slot: str, shape: Shape) -> Shape | None:
        if not self._takes(shape):
            return *shape, 0
        return self._firsts(slot, shape)

    def _firsts(self, slot: str, shape: Shape) -> Shape:
        """Return which shape a slot of a matrix has: the matrix's own, if a rule does not say."""
        return shape

    def _handed(self, shape: Shape) -> Shape:
        return (*shape[:-2], 0) if self._takes(shape) else shape

    def _init(self, backend: Backend, weights: Leaves) -> State:
        rest = self._without_own(backend, weights, weights)
        return super()._init(backend, weights) | {"otherwise": self.beside._init(backend, rest)}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        others = dict(evidence)
        if "curvature" in others:
            others["curvature"] = self._without_own(backend, others["curvature"], weights)
        rest = (self._without_own(backend, each, weights) for each in (gradient, weights))
        slopes, moving = rest
        change, inner = self.beside._step(backend, slopes, state["otherwise"], moving, others)
        after = state | {"step": state["step"] + 1, "otherwise": inner}
        places = [place for place, each in enumerate(weights) if self.takes(each)]
        if not places:
            return change, after
        mine = state | {name: Leaves(state[name][i] for i in places) for name in self.slots}
        moved, done = super()._step(
            backend,
            Leaves(gradient[i] for i in places),
            mine,
            Leaves(weights[i] for i in places),
            evidence,
        )
        for name in self.slots:
            after[name] = _placed(state[name], places, done[name])
        return _placed(change, places, moved), after

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        judged = self.beside._judged(state["otherwise"], weights)
        return Leaves(
            weight if self.takes(weight) else each
            for weight, each in zip(weights, judged, strict=True)
        )

    def _without_own(self, backend: Backend, arrays: Leaves, weights: Leaves) -> Leaves:
        """Put arrays without entries where the matrices are; the axis of trials stays."""
        return Leaves(
            backend.xp.sum(each[..., :0], axis=-2) if self.takes(weight) else each
            for each, weight in zip(arrays, weights, strict=True)
        )


def identity(xp: Any, square: Array, stacked: int) -> Array:
    """Return the identity matrix in the shape of a square matrix, or of a stack of them."""
    one = square[0] if stacked else square
    return xp.zeros_like(square) + xp.one_hot(xp.places(one), one)


def sides(slot: str, shape: Shape) -> Shape:
    """Return the shape of a slot: square where its name is of the left or of the right side."""
    side = {"left": shape[-2], "right": shape[-1]}.get(slot.partition("_")[0])
    return shape if side is None else (*shape[:-2], side, side)


def eigen(xp: Any, matrix: Array) -> tuple[Array, Array]:
    """Return the eigenvalues, the greatest first, and the eigenvectors of a symmetric matrix.

    What is not finite has eigenvectors of NaN; some frameworks would raise an error of their own.
    """
    total = xp.sum(matrix, axis=(-2, -1), keepdims=True)
    known = xp.where(xp.isfinite(total), matrix, xp.zeros_like(matrix))
    values, vectors = xp.eigh(-known)
    return -values, vectors + 0 * total


def _placed(arrays: Leaves, places: list[int], new: Leaves) -> Leaves:
    found = Leaves(arrays)
    for place, each in zip(places, new, strict=True):
        found[place] = each
    return found
