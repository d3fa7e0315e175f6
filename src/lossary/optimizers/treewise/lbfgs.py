"""Limited-memory BFGS."""

from typing import Any

from lossary.backends import Backend
from lossary.core.catalogue import define
from lossary.core.descent.optimizer import Optimizer, Shape, State
from lossary.core.descent.settings import at
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import choice, parameter
from lossary.domains import count, nonnegative
from lossary.domains import inner as open_share
from lossary.errors import ArgumentError, DomainError
from lossary.numerics import chosen
from lossary.optimizers.treewise._strong_wolfe import Point, Search
from lossary.optimizers.treewise._sums import added, inner, lifted, meeting

Array = Any
FLAT = 1e-10
"""The cosine between a move and the change of the gradient below which nothing is learned."""


@define
class LBFGS(Optimizer):
    r"""Step as Newton would, with the curvature that the last few steps have shown.

    For whole data, or batches so large that the gradient hardly varies: noise in gradients is read
    as curvature. With `line_search="strong_wolfe"`, each step goes as far as pays, and needs a
    closure.

    >>> import numpy as np
    >>> from lossary.optimizers import LBFGS
    >>> optimizer, weights = LBFGS(line_search="strong_wolfe"), np.asarray([3.0, -4.0])
    >>> stiffness = np.asarray([1.0, 100.0])
    >>> def closure(w):
    ...     return (stiffness * w * w).sum() / 2, stiffness * w
    >>> state = optimizer.init(weights)
    >>> for _ in range(8):
    ...     change, state = optimizer.step(stiffness * weights, state, weights, closure=closure)
    ...     weights = weights + change
    >>> bool(abs(weights).max() < 1e-6)
    True
    """

    cites = ("liu1989", "nocedal2006")  # 2nd: algorithm 7.4; 3.5 and 3.6 for the line search
    aliases = ("limited-memory BFGS", "L-BFGS", "quasi-Newton")
    formula = (
        r"w \leftarrow w - \eta\, H g,\quad H \leftarrow (1 - \rho s y^\top) H (1 - \rho y s^\top) "
        r"+ \rho s s^\top,\quad \rho = \frac{1}{y^\top s},\quad s = \Delta w,\ y = \Delta g"
    )
    hazards = (
        "Without a line search nothing holds it from diverging. The first step is no longer than "
        "one over the gradient's absolute sum, as in PyTorch; optax has the Euclidean norm. A move "
        "along which the slope fell is not learned from, as in PyTorch; optax learns from it, and "
        "may then climb. PyTorch moves up to 20 times in a step; max_iter=1 is what a step is here."
    )
    slots = ("moves", "bends", "place", "slope")

    learning_rate: float = parameter(1.0, nonnegative, scale="log")
    """eta: the share of Newton's step that is taken, or tried first where there is a search."""
    history: int = parameter(10, count, scale="log")
    """How many moves are remembered: each is two copies of all weights."""
    line_search: str = choice("none", "strong_wolfe")
    """How far to go: by the learning rate, or until both of Wolfe's conditions hold."""
    fall: float = parameter(1e-4, open_share, scale="log")
    """Wolfe's first condition: the share of the first slope by which the loss must fall."""
    flat: float = parameter(0.9, open_share)
    """Wolfe's second condition: the share of the first slope that may be left."""
    evaluations: int = parameter(25, count)
    """How often a search asks the closure at most; then the lowest point that was met is taken."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.line_search == "none":
            return
        object.__setattr__(self, "needs", ("closure",))
        if self.stacked:
            raise DomainError(
                f"{self.label}: trials cannot share a line search.\n"
                f"Hint: line_search='none', or a walk for each trial."
            )
        if isinstance(self.fall, float) and self.fall > self.flat:
            raise DomainError(f"{self.label}: fall={self.fall:g} lies above flat={self.flat:g}.")

    def _shaped(self, slot: str, shape: Shape) -> Shape:
        first = int(bool(self.stacked))
        past = (*shape[:first], self.history, *shape[first:])
        return past if slot in ("moves", "bends") else shape

    def _init(self, backend: Backend, weights: Leaves) -> State:
        wide = lifted(backend, weights)
        axis = 1 if self.stacked else 0
        zeros = Leaves(backend.xp.zeros_like(each) for each in wide)
        past = Leaves(backend.xp.stack([each] * self.history, axis=axis) for each in zeros)
        state: State = {"step": backend.counter(), "moves": past, "bends": past}
        return state | {"place": wide, "slope": zeros}

    def _step(
        self,
        backend: Backend,
        gradient: Leaves,
        state: State,
        weights: Leaves,
        evidence: dict[str, Any],
    ) -> tuple[Leaves, State]:
        slopes, places = lifted(backend, gradient), lifted(backend, weights)
        moves, bends = self._remembered(backend, state, slopes, places)
        direction = self._direction(backend, slopes, moves, bends)
        rule = at(self, backend, state["step"], slopes[0], axes=0)
        total = added(backend, map(backend.xp.abs, slopes), self.stacked)
        short = backend.xp.clip(1 / total, max=1.0)
        rate = rule.learning_rate * chosen(backend.xp, state["step"] == 0, short, 1.0)
        if self.line_search != "none":
            rate = _searched(rule, backend, rate, direction, slopes, weights, evidence)
        change = Leaves(meeting(backend, rate, each) * each for each in direction)
        after = {"moves": moves, "bends": bends, "place": places, "slope": slopes}
        return change, state | after | {"step": state["step"] + 1}

    def _remembered(
        self, backend: Backend, state: State, slopes: Leaves, places: Leaves
    ) -> tuple[Leaves, Leaves]:
        """Put the last move before the others, if the slope has risen along it.

        Before the first step there is none: `init` may have seen other weights.
        """
        moved = Leaves(w - old for w, old in zip(places, state["place"], strict=True))
        bent = Leaves(g - old for g, old in zip(slopes, state["slope"], strict=True))
        pairs = ((moved, bent), (moved, moved), (bent, bent))
        both, move, bend = (inner(backend, *pair, self.stacked) for pair in pairs)
        both = chosen(backend.xp, state["step"] == 0, 0 * both, both)
        taken = both > FLAT * backend.xp.sqrt(move) * backend.xp.sqrt(bend)
        return (
            self._shifted(backend, taken, moved, state["moves"]),
            self._shifted(backend, taken, bent, state["bends"]),
        )

    def _shifted(self, backend: Backend, taken: Array, new: Leaves, past: Leaves) -> Leaves:
        axis, found = 1 if self.stacked else 0, Leaves()
        for one, stack in zip(new, past, strict=True):
            kept = (self._picked(stack, place) for place in range(self.history - 1))
            moved = backend.xp.stack([one, *kept], axis=axis)
            shape = (slice(None), *[None] * (int(stack.ndim) - 1)) if self.stacked else ()
            found.append(backend.xp.where(taken[shape] if shape else taken, moved, stack))
        return found

    def _picked(self, stack: Array, place: int) -> Array:
        return stack[:, place] if self.stacked else stack[place]

    def _direction(self, backend: Backend, slopes: Leaves, moves: Leaves, bends: Leaves) -> Leaves:
        """Return minus the inverse curvature times the slopes: the two loops over what is known.

        What is not known yet are zeros: it has no part in the loops.
        """
        xp = backend.xp

        def pair(place: Any) -> tuple[Leaves, ...]:
            return tuple(
                Leaves(self._picked(each, place) for each in past) for past in (moves, bends)
            )

        def back(found: Any, place: Any) -> Any:
            move, bend = pair(place)
            rho = _over(xp, inner(backend, move, bend, self.stacked))
            alpha = rho * inner(backend, move, found, self.stacked)
            return _plus(backend, found, -alpha, bend), (alpha, rho)

        def forth(found: Any, place: Any) -> Any:
            move, bend = pair(place)
            alpha, rho = (each[place] for each in known)
            beta = rho * inner(backend, bend, found, self.stacked)
            return _plus(backend, found, alpha - beta, move), (beta,)

        found, known = xp.swept(back, tuple(-each for each in slopes), self.history)
        newest = pair(0)[1]
        square = known[1][0] * inner(backend, newest, newest, self.stacked)
        scale = xp.where(square > 0, _over(xp, square), 1.0)
        found = tuple(meeting(backend, scale, each) * each for each in found)
        return Leaves(xp.swept(forth, found, self.history, reverse=True)[0])


def _over(xp: Any, number: Any) -> Any:
    """Return one over a number, and zero for what is not above zero."""
    some = number > 0
    return xp.where(some, 1 / xp.where(some, number, 1.0), 0.0)


def _plus(backend: Backend, arrays: Any, factor: Array, others: Leaves) -> tuple[Array, ...]:
    return tuple(
        each + meeting(backend, factor, each) * other
        for each, other in zip(arrays, others, strict=True)
    )


def _searched(
    rule: Any, backend: Backend, first: Any, direction: Leaves, slopes: Leaves,
    weights: Leaves, evidence: dict[str, Any],
) -> float:  # fmt: skip
    """Return how far along the direction the Wolfe conditions hold."""
    if not backend.concrete(slopes[0]):
        raise ArgumentError(
            "LBFGS(line_search='strong_wolfe') looks at numbers, so it cannot be compiled.\n"
            "Hint: call step outside, and compile the closure; or line_search='none'."
        )

    def line(step: float) -> tuple[float, float]:
        there = Leaves(
            backend.cast(w + step * d, w.dtype) for w, d in zip(weights, direction, strict=True)
        )
        loss, gradient = evidence["closure"](there)
        return float(loss), float(inner(backend, lifted(backend, gradient), direction, 0))

    slope = float(inner(backend, slopes, direction, 0))
    if not slope < 0:
        return 0.0  # the gradient is zero, or not a number
    loss = evidence["loss"] if evidence["loss"] is not None else line(0.0)[0]
    start = Point(0.0, float(loss), slope)
    return Search(line, start, rule.fall, rule.flat, rule.evaluations).found(float(first)).step
