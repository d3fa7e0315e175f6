"""Where a loss starts: at its own best constant, its slopes brought to one size for all."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.core.loss import Loss
from lossary.heads import Head, best_constant

_ROWS = 4000  # quantiles of the target stand for all of it


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

    rows = len(target)
    centre = best_constant(lambda raw: judged(_tiled(raw, rows)), low, high)
    slopes = backend.gradient(judged, _tiled(centre, rows)) * rows * step
    slope = float(np.sqrt(np.mean(np.sum(np.square(slopes), axis=-1))))
    return Start(centre, step, slope if np.isfinite(slope) and slope > 0 else 1.0)


def _tiled(raw: np.ndarray, rows: int) -> np.ndarray:
    return np.tile(raw, (rows, 1))


def _few(target: np.ndarray) -> np.ndarray:
    """Return at most a few thousand targets that are spread as all of them are."""
    if len(target) <= _ROWS:
        return target
    places = np.linspace(0, len(target) - 1, _ROWS).round().astype(int)
    return np.sort(target)[places]
