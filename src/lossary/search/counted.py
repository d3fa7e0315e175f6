"""A loss of many vectors of weights: brought to its framework, counted, held to a budget."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossary.backends import backend_of
from lossary.errors import ArgumentError, GradientError, ShapeError

Array = Any
Objective = Callable[[Array], Array]
Progress = Callable[[int, int, str], None]
_ROUNDING = 1e-6  # single precision's, and a little more


class Spent(Exception):  # noqa: N818 (no error: a budget has come to its end)
    """The next evaluation would exceed the budget; it has not been made."""


class Counted:
    """The objective as searches see it: NumPy in, NumPy out, one row for each vector of weights."""

    def __init__(
        self,
        objective: Objective,
        gradient: Objective | None,
        like: Array,
        budget: int,
        hear: Callable[[int], None],
    ) -> None:
        self.objective, self.gradient, self.like = objective, gradient, like
        self.bound: float | None = None
        self.size = 0.0  # of the first losses
        self.backend, self.hear = backend_of(like), hear
        self.losses = self.gradients = 0
        self.limit = budget

    @property
    def spent(self) -> int:
        """How many losses and gradients have been evaluated."""
        return self.losses + self.gradients

    @property
    def left(self) -> int:
        """How many may still be, up to the nearest limit."""
        return self.limit - self.spent

    @contextmanager
    def within(self, evaluations: int) -> Iterator[None]:
        """Allow no more than so many evaluations; `Spent` ends the block, and goes no further."""
        outer = self.limit
        self.limit = min(outer, self.spent + evaluations)
        try:
            yield
        except Spent:
            pass
        finally:
            self.limit = outer

    def bring(self, points: np.ndarray) -> Array:
        """Bring numbers to the framework, the precision and the device of the example."""
        if points.ndim < 2:
            return self.backend.xp.row(tuple(points.tolist()), self.like)
        return self.backend.xp.stack([self.bring(row) for row in points])

    def take(self, array: Array) -> np.ndarray:
        """Bring an array back, in double precision."""
        return np.asarray(self.backend.numpy(array), dtype=float)

    def at(self, weights: Array) -> np.ndarray:
        """Return one loss for each row of an array of the framework."""
        self._pay(len(weights), 0)
        losses = self.take(_fit(self.objective(weights), (len(weights),), "objective"))
        if self.bound is not None:
            self._bounded(losses, self.bound)
        return losses

    def slope_at(self, weights: Array) -> Array:
        """Return the gradient of each row's loss, as an array of the framework."""
        self._pay(0, len(weights))
        if self.gradient is not None:
            shape = tuple(self.backend.shape(weights))
            return _fit(self.gradient(weights), shape, "gradient")
        try:
            return self.backend.gradient(self._summed, weights)
        except (GradientError, AttributeError) as error:  # a tape has not all of NumPy's methods
            raise GradientError(
                f"{error}\nHint: minimise(..., gradient=f), where f(weights) gives one row of "
                f"slopes for each row of weights; or like=torch.zeros(()), for a loss in PyTorch."
            ) from error

    def value(self, point: np.ndarray) -> float:
        """Return the loss of one vector."""
        return float(self.at(self.bring(point[None]))[0])

    def value_and_slope(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss of one vector and its gradient: two evaluations."""
        weights = self.bring(point[None])
        self._room(2)
        return float(self.at(weights)[0]), self.take(self.slope_at(weights))[0]

    def predicted(self, probe: Objective, points: np.ndarray) -> np.ndarray:
        """Return a row of predictions for each vector; they are not counted."""
        found = probe(self.bring(points))
        if getattr(found, "shape", ())[:1] != (len(points),):
            raise ShapeError(
                f"probe: expected predictions for each of {len(points)} vectors of weights along "
                f"the first axis, got the shape {tuple(getattr(found, 'shape', ()))}."
            )
        return self.take(found).reshape(len(points), -1)

    def _summed(self, weights: Array) -> Array:
        """Rows do not meet, so that the slope of the sum is the slope of each."""
        count = tuple(self.backend.shape(weights))[:1]
        return self.backend.xp.sum(_fit(self.objective(weights), count, "objective"))

    def _bounded(self, losses: Array, bound: float) -> None:
        """Refuse a loss that is below what it cannot fall below, by more than rounding."""
        known = losses[np.isfinite(losses)]
        lowest = known.min(initial=np.inf)
        self.size = self.size or float(np.median(abs(known))) if len(known) else self.size
        if lowest < bound - _ROUNDING * max(abs(bound), self.size):
            raise ArgumentError(
                f"lower_bound={bound:g}: the loss fell to {lowest:g}, which is below it.\n"
                f"Hint: a number that the loss is known not to fall below, or lower_bound=None."
            )

    def _room(self, count: int) -> None:
        if count > self.left:
            raise Spent

    def _pay(self, losses: int, gradients: int) -> None:
        self._room(losses + gradients)
        self.losses += losses
        self.gradients += gradients
        self.hear(self.spent)


def _fit(found: Array, shape: tuple[int, ...], name: str) -> Array:
    given = getattr(found, "shape", None)
    if given is None or tuple(given) != shape:
        told = type(found).__name__ if given is None else f"the shape {tuple(given)}"
        raise ShapeError(
            f"{name}: expected the shape {shape}, a row for each vector of weights, got {told}.\n"
            f"Hint: it is handed weights of the shape (vectors, size); reduce the last axis only."
        )
    return found
