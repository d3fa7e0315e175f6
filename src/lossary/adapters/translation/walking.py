"""Walking with anything that steps: 100 steps at one learning rate, and 100 at a tenth of it."""

from typing import Any, Protocol

import numpy as np

from lossary.adapters.translation import problem
from lossary.core.descent.nested import learning_rate_of, with_learning_rate
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.rule import Entrywise
from lossary.core.descent.wrapper import Wrapper

STEPS = 100
FALL = 0.1
"""What the learning rate is multiplied with after STEPS steps, for as many more."""


BY_ENTRY = ("L2Penalty", "DecoupledWeightDecay")
"""The wrappers that see each entry by itself."""


MATRICES = ("Muon",)
"""The rules of matrices alone, in some hosts: all other weights stand still."""


class Walker(Protocol):
    """Something that steps: it has weights, a list of arrays, and moves them by a gradient."""

    weights: problem.Arrays

    def step(self, gradient: problem.Arrays) -> None:
        """Move the weights by one step."""

    def slow(self, factor: float) -> None:
        """Multiply the learning rate from now on."""


class Ours:
    """One of our optimizers, on NumPy."""

    def __init__(self, optimizer: Optimizer, weights: problem.Arrays) -> None:
        self.optimizer, self.weights = optimizer, weights
        self.state = optimizer.init(weights)

    def step(self, gradient: problem.Arrays) -> None:
        given = {"loss": _loss(self.weights)} if "loss" in self.optimizer.needs else {}
        change, self.state = self.optimizer.step(gradient, self.state, self.weights, **given)
        self.weights = [w + c for w, c in zip(self.weights, change, strict=True)]

    def slow(self, factor: float) -> None:
        rate = learning_rate_of(self.optimizer)
        if rate is not None:
            self.optimizer = with_learning_rate(self.optimizer, rate * factor)


def _loss(weights: problem.Arrays) -> Any:
    return np.asarray(problem.loss(weights))


def together(optimizer: Any) -> bool:
    """Say whether all weights may be one array: a rule of single entries sees no difference."""
    if isinstance(optimizer, Wrapper):
        return type(optimizer).__name__ in BY_ENTRY and together(optimizer.of)
    return isinstance(optimizer, Entrywise)


def begun(optimizer: Any) -> problem.Arrays:
    """Return the weights to start from: one row, where an optimizer moves entry by entry."""
    start = [np.array(each) for each in problem.START]
    if type(optimizer).__name__ in MATRICES:
        return problem.gathered(start, 2)
    return problem.gathered(start, 1 if together(optimizer) else len(start))


def walked(walker: Walker) -> Any:
    """Return where a walker is after each step, as one row of all weights for each."""
    places = []
    for step in range(2 * STEPS):
        if step == STEPS:
            walker.slow(FALL)
        gradient = problem.slopes(problem.spread(walker.weights))
        walker.step(problem.gathered(gradient, len(walker.weights)))
        places.append(problem.joined(problem.spread(walker.weights)))
    return np.stack(places)


def distances(path: Any, other: Any) -> dict[str, float]:
    """Say how far two paths are apart at most, relative to how far the second has come."""
    reach = np.maximum(np.abs(other).max(axis=0), 1e-3)
    far = (np.abs(path - other) / reach).max(axis=0)
    return {name: float(far[where].max()) for name, where in problem.PARTS.items()}
