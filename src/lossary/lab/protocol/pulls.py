"""Where the gradient goes: which rows pull a model, by the slopes of its loss at unseen rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.core.loss import Loss
from lossary.heads import Head

_POINTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, eq=False)
class Pulled:
    """The size of every row's slope, and the rows in the table that they belong to."""

    sizes: np.ndarray
    rows: np.ndarray


def sizes(
    loss: Loss, unit: float, head: Head, raw: np.ndarray, target: np.ndarray, weight: Any
) -> np.ndarray:
    """Return the size of the loss's slope in each row's raw outputs, of shape (rows,)."""
    backend = backend_named("numpy")
    wanted = head.target(target) / unit if unit != 1.0 else head.target(target)
    told: dict[str, Any] = {} if weight is None else {"weight": _spread(weight, wanted)}

    def judged(outputs: Any) -> Any:
        prediction = head.prediction(backend.xp, outputs)
        return loss(prediction / unit if unit != 1.0 else prediction, wanted, **told)

    slopes = backend.gradient(judged, raw) * len(raw)
    return np.sqrt(np.sum(np.square(slopes), axis=-1))


def _spread(weight: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Give every entry of a row the row's weight, where the loss reads several."""
    return weight if target.ndim == 1 else np.broadcast_to(weight[:, None], target.shape)


def shares(pulled: Pulled) -> tuple[tuple[float, float], ...]:
    """Return what share of all slopes the hardest pulling share of rows carries."""
    total = pulled.sizes.sum()
    if not total > 0:
        return ()
    climbed = np.cumsum(np.sort(pulled.sizes)[::-1]) / total
    return tuple((at, float(climbed[max(0, round(at * len(climbed)) - 1)])) for at in _POINTS)


def hardest(pulled: Pulled, count: int) -> list[tuple[int, float]]:
    """Return the places of the rows that pull hardest, and their shares of all slopes."""
    total = pulled.sizes.sum()
    if not total > 0:
        return []
    first = np.argsort(-pulled.sizes, kind="stable")[:count]
    return [(int(each), float(pulled.sizes[each] / total)) for each in first]
