"""The constant raw numbers that serve a loss best: where every model should start."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize_scalar

_SWEEPS = 2
_NEWTON = 50


def best_constant(
    judged: Callable[[np.ndarray], float],
    low: np.ndarray,
    high: np.ndarray,
    steps: Callable[[np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """Return the raw numbers between `low` and `high` at which `judged` is smallest.

    It goes from number to number, and ends within a millionth of each range. `steps`, the Newton
    steps at some raw numbers, then carries it on for as long as `judged` falls.
    """
    centre = (low + high) / 2
    for _ in range(_SWEEPS if len(centre) > 1 else 1):
        for place in np.flatnonzero(high > low).tolist():
            centre[place] = _best(judged, centre, place, (low[place], high[place]))
    return centre if steps is None else _carried_on(judged, centre, steps)


def _best(
    judged: Callable[[np.ndarray], float],
    centre: np.ndarray,
    place: int,
    bounds: tuple[float, float],
) -> float:
    def at(value: float) -> float:
        raw = centre.copy()
        raw[place] = value
        return float(judged(raw))

    tolerance = 1e-6 * (bounds[1] - bounds[0])
    return float(
        minimize_scalar(at, bounds=bounds, method="bounded", options={"xatol": tolerance}).x
    )


def _carried_on(
    judged: Callable[[np.ndarray], float],
    centre: np.ndarray,
    steps: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    value = float(judged(centre))
    for _ in range(_NEWTON):
        step = steps(centre)
        after = float(judged(centre - step)) if np.isfinite(step).all() else np.inf
        # Near the end the value no longer shows what the slope still does.
        if after > value + 1e-12 * abs(value):
            break
        centre, value = centre - step, after
        if (np.abs(step) <= 1e-14 * np.maximum(np.abs(centre), 1e-300)).all():
            break
    return centre
