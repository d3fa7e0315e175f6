"""Going down to the bottom of one basin: L-BFGS-B of SciPy, within a number of evaluations."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from lossary.search.counted import Counted
from lossary.search.path import Path
from lossary.search.space import Space

METHOD = "L-BFGS-B"
OPTIONS = {"maxiter": 100_000, "maxfun": 10**9, "ftol": 1e-14, "gtol": 1e-9}
REACH = 0.05
"""How far the first way may go, as a share of how far apart first weights are."""
REST = 1e-6
"""A slope that is no longer than this share of the first one is none."""
GAIN = 1e-12
"""A gain that is no more than this share of what was gained before is none."""


def polish(counted: Counted, space: Space, path: Path, evaluations: int) -> None:
    """Follow a path down from its best point, by short ways: a long step may leave the basin.

    It has settled where next to no slope is left, or where a way that begins anew gains nothing:
    a way that runs into its walls may end on a slope.
    """
    reach = REACH * space.widths
    with counted.within(evaluations):
        steep = _steep(space, path.start, seen(counted, path)(path.start)[1])
        while not path.settled:
            centre, before = path.weights, path.loss
            walls = space.kept(centre - reach), space.kept(centre + reach)
            result = minimize(
                seen(counted, path),
                centre,
                jac=True,
                method=METHOD,
                bounds=list(zip(*walls, strict=True)),
                options=OPTIONS,
            )
            path.settled = _steep(space, result.x, result.jac) <= REST * steep
            if not path.loss < before - GAIN * (path.first - before):
                path.settled = path.settled or bool(result.success)
                break
            if (np.abs(path.weights - centre) >= 0.999 * reach).any():
                reach = 2 * reach
    path.see(path.loss, path.weights)


def seen(counted: Counted, path: Path) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return the loss with its gradient; a path hears of every point."""

    def called(point: np.ndarray) -> tuple[float, np.ndarray]:
        loss, slope = counted.value_and_slope(point)
        path.evaluations += 2
        path.see(loss, point, quiet=True)
        return loss, slope

    return called


def _steep(space: Space, point: np.ndarray, slope: np.ndarray) -> float:
    """Return how long a slope is, as far as the bounds let it be followed."""
    return float(np.linalg.norm(point - space.kept(point - slope)))
