"""Where a loss starts: at its own best constant, its slopes brought to one size for all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from lossary.backends import backend_named
from lossary.core.loss import Loss
from lossary.lab.heads import Head

_ROWS = 4000  # quantiles of the target stand for all of it
_SWEEPS = 2


@dataclass(frozen=True, eq=False)
class Start:
    """Raw outputs begin at `centre` and move in units of `step`; the loss is divided by `slope`.

    `slope` is the root mean square, over rows, of the loss's slope in a network's output at the
    start: without it, a learning rate would mean another thing for every loss.
    """

    centre: np.ndarray
    step: np.ndarray
    slope: float


def start(loss: Loss, unit: float, head: Head, target: np.ndarray) -> Start:
    """Find the best constant prediction of these training targets, and the slope there."""
    target = _few(target)
    low, high, step = head.reach(target)
    wanted = head.target(target) / unit if unit != 1.0 else head.target(target)
    backend = backend_named("numpy")

    def judged(raw: Any) -> Any:
        prediction = head.prediction(backend.xp, raw)
        return loss(prediction / unit if unit != 1.0 else prediction, wanted)

    centre = (low + high) / 2
    for _ in range(_SWEEPS if len(centre) > 1 else 1):
        for place in np.flatnonzero(high > low).tolist():
            centre[place] = _best(judged, centre, place, (low[place], high[place]), len(target))
    slopes = backend.gradient(judged, _tiled(centre, len(target))) * len(target) * step
    slope = float(np.sqrt(np.mean(np.sum(np.square(slopes), axis=-1))))
    return Start(centre, step, slope if np.isfinite(slope) and slope > 0 else 1.0)


def _best(
    judged: Any, centre: np.ndarray, place: int, bounds: tuple[float, float], rows: int
) -> float:
    def at(value: float) -> float:
        raw = centre.copy()
        raw[place] = value
        return float(judged(_tiled(raw, rows)))

    tolerance = 1e-6 * (bounds[1] - bounds[0])
    return float(
        minimize_scalar(at, bounds=bounds, method="bounded", options={"xatol": tolerance}).x
    )


def _tiled(raw: np.ndarray, rows: int) -> np.ndarray:
    return np.tile(raw, (rows, 1))


def _few(target: np.ndarray) -> np.ndarray:
    """Return at most a few thousand targets that are spread as all of them are."""
    if len(target) <= _ROWS:
        return target
    places = np.linspace(0, len(target) - 1, _ROWS).round().astype(int)
    return np.sort(target)[places]
