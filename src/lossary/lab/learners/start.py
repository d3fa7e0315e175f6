"""Where a loss starts: at its own best constant, its slopes brought to one size for all."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.core.averaged import Averaged
from lossary.core.loss import Loss
from lossary.heads import Head, best_constant

_ROWS = 4000  # rows that are spread as the target is stand for all of them


@dataclass(frozen=True, eq=False)
class Start:
    """Raw outputs begin at `centre` and move in units of `step`; the loss is divided by `slope`.

    `slope` is the root mean square, over rows, of the loss's slope in a network's output at the
    start: without it, a learning rate would mean another thing for every loss.
    """

    centre: np.ndarray
    step: np.ndarray
    slope: float


def start(
    loss: Loss, unit: float, head: Head, target: np.ndarray, weight: np.ndarray | None = None
) -> Start:
    """Find the best constant prediction of these training targets, and the slope there.

    A row of weight two counts as two rows.
    """
    target = _few(target) if weight is None else _weighed(target, weight)
    low, high, step = head.reach(target)
    wanted = head.target(target) / unit if unit != 1.0 else head.target(target)
    backend, rows = backend_named("numpy"), len(target)

    def judged(raw: Any, reduction: str = "mean") -> Any:
        prediction = head.prediction(backend.xp, raw)
        return loss(prediction / unit if unit != 1.0 else prediction, wanted, reduction=reduction)

    def total(raw: Any) -> Any:
        return judged(raw, "sum") if isinstance(loss, Averaged) else rows * judged(raw)

    centre = best_constant(lambda raw: judged(_tiled(raw, rows)), low, high)
    slopes = backend.gradient(total, _tiled(centre, rows)) * step
    slope = float(np.sqrt(np.mean(np.sum(np.square(slopes), axis=-1))))
    return Start(centre, step, slope if np.isfinite(slope) and slope > 0 else 1.0)


def entrywise(loss: Loss, weight: Any, shape: tuple[int, ...]) -> Any:
    """Give each entry of a row the row's weight, a tensor; `shape` is the prediction's."""
    behind = loss.sentences[0].inputs[0].trailing(loss.entries)
    entries = tuple(shape)[: len(shape) - behind]
    rowed = weight.reshape(*weight.shape, *[1] * (len(entries) - weight.ndim))
    return rowed.expand(entries).contiguous()


def _tiled(raw: np.ndarray, rows: int) -> np.ndarray:
    return np.tile(raw, (rows, 1))


def _few(target: np.ndarray) -> np.ndarray:
    """Return at most a few thousand targets that are spread as all of them are."""
    return target if len(target) <= _ROWS else _weighed(target, np.ones(len(target)))


def _weighed(target: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return a few thousand targets, each as often as it weighs, and at even steps through all."""
    order = np.argsort(target, kind="stable") if target.ndim == 1 else np.arange(len(target))
    reached = np.cumsum(weight[order])
    steps = (np.arange(_ROWS) + 0.5) / _ROWS * reached[-1]
    return target[order[np.searchsorted(reached, steps)]]
