"""Training with our own optimizers on arrays of any framework, as the range test runs it."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any

from lossary.backends import backend_of
from lossary.core.descent.nested import learning_rate_of, with_learning_rate
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.schedule import Schedule
from lossary.core.descent.trees import flat, matched
from lossary.errors import ArgumentError
from lossary.search.terms import read

Tree = Any
Slope = Callable[..., tuple[Any, Tree]]


class Descent:
    """Weights that follow the gradient of a loss, batch by batch.

    Args:
        optimizer: one of `lossary.optimizers`; its learning rate is replaced in each step.
        weights: a tree of arrays.
        slope: `slope(weights, batch)` returns (loss, gradient); the loss is a number or a
            dictionary of terms, the gradient that of their sum. Without batches, `slope(weights)`.
        batches: a function: `batches(seed)` returns all batches of one pass over the data, in an
            order drawn from the seed. Without it, every step has all data.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD
    >>> run = Descent(SGD(), np.asarray([1.0]), lambda w: (float(w @ w), 2 * w))
    >>> run.step(learning_rate=0.25), run.step(learning_rate=0.25), run.weights
    (1.0, 0.25, array([0.25]))
    """

    def __init__(
        self,
        optimizer: Optimizer,
        weights: Tree,
        slope: Slope,
        batches: Callable[[int], Iterable[Any]] | None = None,
    ) -> None:
        if batches is not None and not callable(batches):
            raise ArgumentError(
                "batches: expected a function of a seed, so that a repeat can begin again in "
                f"another order; got {type(batches).__name__}.\nHint: lambda seed: list_of_batches"
            )
        if isinstance(learning_rate_of(optimizer), Schedule):
            raise ArgumentError(
                f"{optimizer!r}: a range test sets the rate: give the rule a number.\n"
                f"Hint: {optimizer.label}(learning_rate=0.1); a schedule comes after the test."
            )
        self.optimizer, self.weights, self.slope = optimizer, weights, slope
        self.memory = optimizer.init(weights)
        self._batches, self._stream = batches, self._endless(0)

    def state(self) -> Any:
        """Return a copy of all that a step changes, but the place in the data."""
        return deepcopy((self.weights, self.memory)), self._stream

    def restore(self, state: Any) -> None:
        """Bring a state back."""
        (self.weights, self.memory), self._stream = deepcopy(state[0]), state[1]

    def begin(self, seed: int) -> None:
        """Begin the data anew, in the order that belongs to the seed."""
        self._stream = self._endless(seed)

    def step(self, learning_rate: float) -> Any:
        """Do one step; return the loss before it."""
        batch = () if self._batches is None else (next(self._stream),)
        told, gradient = self._sloped(self.weights, *batch)
        loss = sum(read(told).values())

        def closure(weights: Tree) -> tuple[float, Tree]:
            again, slopes = self._sloped(weights, *batch)
            return sum(read(again).values()), slopes

        change, self.memory = with_learning_rate(self.optimizer, learning_rate).step(
            gradient, self.memory, self.weights, loss=loss, closure=closure
        )
        self.weights = moved(self.weights, change)
        return told

    def _sloped(self, weights: Tree, *batch: Any) -> tuple[Any, Tree]:
        found = self.slope(weights, *batch)
        if not (isinstance(found, list | tuple) and len(found) == 2):
            raise ArgumentError(
                f"slope: expected (loss, gradient), two things; got {type(found).__name__}.\n"
                f"Hint: lambda weights: (weights @ weights, 2 * weights)"
            )
        return found[0], found[1]

    def _endless(self, seed: int) -> Iterator[Any]:
        while self._batches is not None:
            count = 0
            for batch in self._batches(seed):
                count += 1
                yield batch
            if not count:
                raise ArgumentError(f"batches({seed}) gave no batch.")
            seed += 1_000_003  # another round, another order; no repeat's seed is near


def moved(weights: Tree, change: Tree) -> Tree:
    """Return weights after a change, in their own precision."""
    leaves, rebuild = flat(weights)
    pairs = zip(leaves, matched(change, weights, "change"), strict=True)
    return rebuild([backend_of(one).cast(one + other, one.dtype) for one, other in pairs])
