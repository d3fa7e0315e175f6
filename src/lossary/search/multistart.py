"""Many first weights, descending in lockstep: stacked along an axis, they move in one step."""

from typing import Any

import numpy as np

from lossary.core.descent.nested import learning_rate_of, with_learning_rate
from lossary.core.descent.optimizer import Optimizer
from lossary.core.descent.trees import Leaves
from lossary.errors import ArgumentError
from lossary.optimizers import Adam
from lossary.search.counted import Array, Counted
from lossary.search.path import Path
from lossary.search.polishing import REST
from lossary.search.polishing import polish as polished
from lossary.search.space import Space

EVERY = 10
"""Steps from one look at the losses to the next."""
SHARE = 0.5
"""The share of the budget that is kept for polishing."""
PACE = 0.01
"""The usual learning rate, as a share of how far apart first weights are."""
LEAST = 4
EACH, MOST = 100, 1024
"""Evaluations that a restart is given where nobody says how many there are, and how many may be."""


def multistart(
    counted: Counted,
    space: Space,
    restarts: int | None,
    *,
    rungs: int = 0,
    optimizer: Optimizer | None = None,
    polish: bool = True,
) -> list[Path]:
    """Descend from many first weights at once; halve them `rungs` times; polish those that stay.

    Polishing goes on to the bottom, best first: where the budget ends, the others have not settled.

    Each rung has the same part of the budget, so that those that stay go twice as far in the next
    [karnin2013; jamieson2016].
    """
    count = restarts or min(max(counted.left // EACH, 2), MOST)
    if rungs < 0 or count >> rungs < 1:
        raise ArgumentError(f"rungs={rungs}: {count} restarts cannot be halved so often.")
    least = LEAST * count * (rungs + 1)
    if counted.left < least:
        raise ArgumentError(
            f"budget={counted.left} is too small for {count} restarts and {rungs} rungs: expected "
            f"{least} or more.\nHint: restarts={max(counted.left * count // least, 1)}"
        )
    paths = [Path(space.drawn(number)) for number in range(count)]
    rule = optimizer or Adam().replace(learning_rate=PACE * float(space.widths.mean()))
    descent = _Lockstep(counted, space, paths, rule)
    stage = int(counted.left * (SHARE if polish else 1.0)) // (rungs + 1)
    for rung in range(rungs + 1):
        descent.run(stage)
        if rung < rungs:
            descent.halve()
    for path in sorted(descent.going, key=lambda path: path.loss) if polish else ():
        polished(counted, space, path, counted.left)
    return paths


class _Lockstep:
    """Restarts that move together; those that are dropped leave the stack."""

    def __init__(
        self, counted: Counted, space: Space, paths: list[Path], optimizer: Optimizer
    ) -> None:
        self.counted, self.space, self.going = counted, space, paths
        self.rates = _stacked(optimizer, len(paths))
        self.optimizer = with_learning_rate(optimizer, tuple(self.rates))
        self.weights = counted.bring(np.array([path.start for path in paths]))
        self.memory = self.optimizer.init(self.weights)
        self.slope: Array | None = None
        self.first: np.ndarray | None = None
        self.walls = (
            (counted.bring(space.low), counted.bring(space.high))
            if space.low is not None and space.high is not None
            else ()
        )
        self.look()

    def run(self, evaluations: int) -> None:
        """Step until the evaluations are used up, and look at the losses in between."""
        end, width, steps = self.counted.spent + evaluations, len(self.going), 0
        while self.counted.spent + 2 * width <= end:
            self.step()
            steps += 1
            if steps % EVERY == 0:
                self.look()
        if steps % EVERY:
            self.look()

    def step(self) -> None:
        """Move all weights once."""
        slope = self.counted.slope_at(self.weights)
        self.slope = slope
        if self.first is None:
            self.first = self._lengths()
        change, self.memory = self.optimizer.step(slope, self.memory, self.weights)
        moved = self.counted.backend.cast(self.weights + change, self.weights.dtype)
        self.weights = self.counted.backend.xp.clip(moved, *self.walls) if self.walls else moved
        for path in self.going:
            path.evaluations += 1

    def look(self) -> None:
        """Evaluate all losses."""
        self.losses = self.counted.at(self.weights)
        points = self.counted.take(self.weights)
        for path, loss, point in zip(self.going, self.losses, points, strict=True):
            path.evaluations += 1
            path.see(float(loss), point)
        if self.slope is not None and self.first is not None:
            for path, first, last in zip(self.going, self.first, self._lengths(), strict=True):
                path.settled = bool(last <= REST * first)

    def halve(self) -> None:
        """Keep the better half."""
        order = np.argsort(np.nan_to_num(self.losses, nan=np.inf), kind="stable")
        kept = np.sort(order[: -(-len(order) // 2)])
        for place in order[len(kept) :]:
            self.going[place].dropped = True
        count = len(self.going)
        self.memory = self._picked(self.memory, kept, count)
        self.weights = self._picked(self.weights, kept, count)
        self.going = [self.going[place] for place in kept]
        self.losses, self.slope = self.losses[kept], None
        self.first = None if self.first is None else self.first[kept]
        self.rates = [self.rates[place] for place in kept]
        self.optimizer = with_learning_rate(self.optimizer, tuple(self.rates))

    def _lengths(self) -> np.ndarray:
        """Return how long the last slopes were, as far as bounds let them be followed."""
        points, slope = self.counted.take(self.weights), self.counted.take(self.slope)
        return np.linalg.norm(points - self.space.kept(points - slope), axis=1)

    def _picked(self, tree: Any, kept: np.ndarray, count: int) -> Any:
        """Pick the trials of whatever is stacked; what is not is left as it is."""
        if isinstance(tree, dict):
            return {name: self._picked(each, kept, count) for name, each in tree.items()}
        if isinstance(tree, list | tuple):
            return Leaves(self._picked(each, kept, count) for each in tree)
        return self._rows(tree, kept) if getattr(tree, "shape", ())[:1] == (count,) else tree

    def _rows(self, array: Array, kept: np.ndarray) -> Array:
        found = self.counted.backend.numpy(array)[kept]
        return self.counted.bring(np.asarray(found, dtype=float))


def _stacked(optimizer: Optimizer, count: int) -> list[float]:
    """Return a learning rate for each restart."""
    rate = learning_rate_of(optimizer)
    if isinstance(rate, tuple) and len(rate) == count:
        return list(rate)
    if isinstance(rate, float):
        return [rate] * count
    raise ArgumentError(
        f"optimizer={optimizer!r}: expected a learning_rate that is one number, or a tuple of "
        f"{count}, one for each restart.\nHint: optimizer=Adam(learning_rate=0.1)"
    )
