"""Basin hopping: jump, go down, and stay there or go back, by SciPy."""

import numpy as np
from scipy.optimize import basinhopping

from lossary.errors import ArgumentError
from lossary.search.counted import Counted
from lossary.search.path import Path
from lossary.search.polishing import METHOD, OPTIONS, polish, seen
from lossary.search.space import Space

HOP = 0.1
WARMTH = 0.1
ENDLESS = 10**9
SHARE = 0.9
"""The share of the evaluations for hops; the rest brings a descent that was cut off to its end."""


def basin_hopping(
    counted: Counted,
    space: Space,
    restarts: int | None,
    *,
    hop: float = HOP,
    warmth: float = WARMTH,
) -> list[Path]:
    """Hop from several first weights, one after the other, each with its part of the budget.

    `hop` is the first reach of a jump, as a share of how far apart first weights are; SciPy adapts
    it. `warmth` is the temperature, as a share of how far apart their losses are [wales1997].
    """
    if not (hop > 0 and warmth >= 0):
        raise ArgumentError(f"hop={hop}, warmth={warmth}: expected hop > 0 and warmth >= 0.")
    count = restarts or 8
    if counted.left < 4 * count:
        raise ArgumentError(
            f"budget={counted.left} is too small for {count} restarts: expected {4 * count} or "
            f"more.\nHint: restarts={max(counted.left // 4, 1)}"
        )
    paths = [Path(space.drawn(number)) for number in range(count)]
    for path in paths:
        path.evaluations += 1
        path.see(counted.value(path.start), path.start)
    firsts = np.array([path.first for path in paths])
    apart = float(np.nan_to_num(firsts[np.isfinite(firsts)].std())) or 1.0
    for number, path in enumerate(paths):
        jump = _Jump(space, hop, space.generator(number, 1))
        share = counted.left // (count - number)
        before, bottom = counted.spent, _Bottom(path)
        with counted.within(int(SHARE * share)):
            basinhopping(
                seen(counted, path),
                path.start,
                niter=ENDLESS,
                T=warmth * apart,
                take_step=jump,
                minimizer_kwargs={
                    "method": METHOD, "jac": True, "bounds": space.bounds, "options": OPTIONS,
                },
                callback=bottom,
                rng=space.generator(number, 2),
            )  # fmt: skip
        path.see(path.loss, path.weights)
        path.settled = bottom.loss <= path.loss
        if not path.settled:
            polish(counted, space, path, share - (counted.spent - before))
    return paths


class _Bottom:
    """Hears where each way down has ended; the lowest of the ends is a bottom."""

    def __init__(self, path: Path) -> None:
        self.path, self.loss = path, np.inf

    def __call__(self, point: np.ndarray, loss: float, taken: bool) -> None:
        self.loss = min(self.loss, float(loss))
        self.path.see(self.path.loss, self.path.weights)


class _Jump:
    """A uniform jump along each axis, in its own unit, that stays within the bounds."""

    def __init__(self, space: Space, hop: float, generator: np.random.Generator) -> None:
        self.space, self.stepsize, self.generator = space, hop, generator
        self.widths = space.widths

    def __call__(self, point: np.ndarray) -> np.ndarray:
        jump = self.generator.uniform(-1, 1, point.shape) * self.stepsize * self.widths
        return self.space.kept(point + jump)
