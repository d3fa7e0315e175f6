"""The value along a line from a right prediction to a wrong one: where it falls, where it jumps."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.verifier.batch import Array, Batch

HALVINGS = 24


def along(subject: Any, start: Batch, direction: Array, steps: Array) -> Array:
    """Return the values at the prediction plus each step times the direction."""
    name = subject.contract.prediction.name
    points = [start.with_(name, start[name] + step * direction) for step in steps]
    return np.array([subject.number(each) for each in points])


def fall(values: Array) -> tuple[float, int, int] | None:
    """Return the deepest fall of a series, as a share of its span, and from where to where."""
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        return None
    peak = np.maximum.accumulate(values)
    last = int(np.argmax(peak - values))
    first = int(np.argmax(values[: last + 1]))
    return float((peak[last] - values[last]) / np.ptp(values)), first, last


def jump(
    function: Callable[[float], float], steps: Array, values: Array
) -> tuple[float, ...] | None:
    """Return where a function jumps, and the values at both sides of the jump."""
    rises = np.abs(np.diff(values))
    if not np.ptp(values) or (rises == 0).mean() > 0.6:
        return None  # constant, or a staircase, which another check tells of
    usual = np.minimum(np.r_[rises[1:], rises[-1]], np.r_[rises[0], rises[:-1]])
    for place in np.argsort(-rises / (usual + 1e-6 * np.ptp(values)))[:3]:
        low, high = float(steps[place]), float(steps[place + 1])
        at_low, at_high = float(values[place]), float(values[place + 1])
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            value = function(middle)
            if abs(value - at_low) > abs(at_high - value):
                high, at_high = middle, value
            else:
                low, at_low = middle, value
        if abs(at_high - at_low) > 1e-3 * np.ptp(values):
            return (low + high) / 2, at_low, at_high
    return None
