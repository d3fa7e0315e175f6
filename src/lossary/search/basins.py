"""Which ends are the same minimum? Told by their losses, and by what the weights do."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.search.counted import Counted
from lossary.search.path import Path

Probe = Callable[[Any], Any]


def sorted_out(
    counted: Counted, paths: list[Path], probe: Probe | None, tolerance: float
) -> tuple[list[int | None], list[int]]:
    """Return the basin of each path, and the best path of each basin; basins are best first.

    Two ends are one minimum if their losses differ by less than a share `tolerance` of what
    descending gained, and their predictions (or their weights, without a probe) by less than that
    share of how far apart they were at first, as root mean squares. Each end is held against the
    best of a basin, in the order of losses. One that has not settled is in none.
    """
    ended = [i for i, path in enumerate(paths) if path.ended == "settled"]
    ended.sort(key=lambda i: paths[i].loss)
    found: list[int | None] = [None] * len(paths)
    if not ended:
        return found, []
    starts = _views(counted, np.array([path.start for path in paths]), probe)
    views = _views(counted, np.array([paths[i].weights for i in ended]), probe)
    reach = tolerance * _spread(np.concatenate([starts, views]))
    firsts = [path.first for path in paths if np.isfinite(path.first)]
    best = paths[ended[0]].loss
    near = tolerance * (float(np.median(firsts)) - best) if firsts else 0.0
    heads: list[int] = []
    for place, i in enumerate(ended):
        for basin, head in enumerate(heads):
            apart = np.sqrt(np.mean((views[place] - views[head]) ** 2))
            if paths[i].loss - paths[ended[head]].loss <= near and apart <= reach:
                found[i] = basin
                break
        else:
            found[i] = len(heads)
            heads.append(place)
    return found, [ended[head] for head in heads]


def barrier(
    objective: Callable[[Any], Any],
    one: Any,
    other: Any,
    *,
    points: int = 21,
    like: Any = None,
) -> float:
    """Return how far the loss rises along the straight line between two vectors of weights.

    It is the highest loss on the line less the higher one of its ends: zero or less where one can
    walk from one to the other without climbing.

    >>> import numpy as np
    >>> well = lambda w: ((w**2 - 1) ** 2).sum(-1)
    >>> round(barrier(well, [-1.0], [1.0]), 6)
    1.0
    """
    ends = np.array([one, other], dtype=float)
    counted = Counted(objective, None, np.zeros(()) if like is None else like, points, _deaf)
    along = np.linspace(0, 1, points)[:, None]
    losses = counted.at(counted.bring((1 - along) * ends[0] + along * ends[1]))
    return float(losses[1:-1].max() - max(losses[0], losses[-1]))


def _views(counted: Counted, points: np.ndarray, probe: Probe | None) -> np.ndarray:
    if probe is None:
        return points
    return counted.predicted(probe, points)


def _spread(views: np.ndarray) -> float:
    return float(np.sqrt(((views - views.mean(axis=0)) ** 2).mean()))


def _deaf(spent: int) -> None:
    """Hear of no progress."""
