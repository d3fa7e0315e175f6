"""Evolution of a cloud of weights: CMA-ES by pycma, begun again with larger clouds."""

import cma
import numpy as np

from lossary.errors import ArgumentError
from lossary.search.counted import Counted, Spent
from lossary.search.path import Path
from lossary.search.space import Space

SPREAD = 0.3
NEAR = 1e-3
"""How near its best point a cloud must settle, as a share of how far apart first weights are."""
_SETTLED = {"tolfun", "tolfunhist", "tolx", "tolflatfitness", "noeffectaxis", "noeffectcoord"}


def cma_es(
    counted: Counted,
    space: Space,
    restarts: int | None,
    *,
    growth: float = 2.0,
    population: int | None = None,
    spread: float = SPREAD,
) -> list[Path]:
    """Let clouds of weights move and stretch until they settle; begin again with larger ones.

    No gradient is needed [hansen2001]. Every restart has `growth` times the cloud of the last one
    [auger2005]; with 1, all are alike. `spread` is the first cloud's, as a share of how far apart
    first weights are. Without `restarts`, they go on until the budget is spent.
    """
    size = len(space.drawn(0))
    if size < 2:
        raise ArgumentError("cma_es needs two weights at the least.\nHint: method='multistart'")
    if growth < 1 or spread <= 0:
        raise ArgumentError(f"growth={growth}, spread={spread}: expected growth >= 1, spread > 0.")
    cloud = population or 4 + int(3 * np.log(size))
    if cloud < 3 or counted.left < cloud + 1:
        raise ArgumentError(
            f"population={cloud}: expected 3 or more, and a budget (of {counted.left}) above it."
        )
    paths: list[Path] = []
    while (restarts is None or len(paths) < restarts) and counted.left > cloud:
        path = Path(space.drawn(len(paths)))
        paths.append(path)
        try:
            _evolve(counted, space, path, (len(paths), cloud, spread))
        except Spent:
            break
        cloud = int(growth * cloud)
    return paths


def _evolve(counted: Counted, space: Space, path: Path, facts: tuple[int, int, float]) -> None:
    number, cloud, spread = facts
    generator, widths = space.generator(number, 3), space.widths
    unit = float(widths.mean())
    strategy = cma.CMAEvolutionStrategy(
        path.start,
        spread * unit,
        {
            "popsize": cloud, "verbose": -9, "verb_log": 0, "seed": np.nan,
            "randn": lambda *shape: generator.standard_normal(shape),
            "CMA_stds": widths / unit, "maxfevals": np.inf,
            "bounds": [None, None] if space.low is None else [space.low, space.high],
        },
    )  # fmt: skip
    path.evaluations += 1
    path.see(counted.value(path.start), path.start)
    while not strategy.stop():
        points = np.array(strategy.ask())
        losses = counted.at(counted.bring(points))
        path.evaluations += cloud
        best = int(np.nan_to_num(losses, nan=np.inf).argmin())
        path.see(float(losses[best]), points[best])
        strategy.tell(points, np.nan_to_num(losses, nan=1e300, posinf=1e300).tolist())
    near = np.abs(path.weights - space.kept(strategy.result.xfavorite)) <= NEAR * widths
    path.settled = bool(_SETTLED & set(strategy.stop()) and near.all())
