"""The C-index: of two rows, is the one whose event came first said to be at the higher risk?"""

from typing import Any

import numpy as np

Array = Any
_BLOCK = 128


def c_index(target: Array, risk: Array, k: int = 0, weight: Array | None = None) -> float:
    """Return Harrell's C-index; `target` are times, negative where a row was censored.

    A pair counts where the earlier time is an event, or where both are the same and only one is;
    with weights, by the product of both. Risks that are the same count half. No pair: 0.5.
    """
    time, event = np.abs(target), target > 0
    order = np.lexsort((~event, time))  # at the same time, events stand before the censored
    time, event, risk = time[order], event[order], np.asarray(risk)[order]
    weight = np.ones(len(time)) if weight is None else np.asarray(weight, float)[order]
    after = _ends(time, event)
    pairs = float(weight[event] @ _after(weight, after[event]))
    won = lost = 0.0
    for low in range(0, len(time), _BLOCK):
        rows = np.flatnonzero(event & (after > low) & (after <= low + _BLOCK))
        if len(rows):
            less, more = _below_and_above(risk, weight, rows, after[rows], low + _BLOCK)
            won, lost = won + weight[rows] @ less, lost + weight[rows] @ more
    ties = pairs - won - lost
    return float((won + ties / 2) / pairs) if pairs > 0 else 0.5


def _ends(time: Array, event: Array) -> Array:
    """Return for each row the place after the last event at its time."""
    rank = 2 * np.unique(time, return_inverse=True)[1]
    return np.searchsorted(rank + ~event, rank, side="right")


def _after(weight: Array, start: Array) -> Array:
    return np.append(np.cumsum(weight[::-1])[::-1], 0.0)[start]


def _below_and_above(
    risk: Array, weight: Array, rows: Array, start: Array, middle: int
) -> tuple[Array, Array]:
    """Weigh what comes after each row and is of lower, and of higher risk.

    What comes before `middle` is compared one by one, the rest by its place in their order.
    """
    near = np.arange(start.min(), min(middle, len(risk)))
    counts = (near >= start[:, None]) * weight[near]
    less = (counts * (risk[near] < risk[rows, None])).sum(axis=1)
    more = (counts * (risk[near] > risk[rows, None])).sum(axis=1)
    far = np.argsort(risk[middle:], kind="stable") + middle
    summed = np.concatenate([[0.0], np.cumsum(weight[far])])
    less += summed[np.searchsorted(risk[far], risk[rows], side="left")]
    more += summed[-1] - summed[np.searchsorted(risk[far], risk[rows], side="right")]
    return less, more
