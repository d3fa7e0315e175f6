"""What is walked down to compare optimizers: a quadratic, Rosenbrock's valley, a small network.

The loss is the sum of the three, each of weights of its own, so that one walk sees all of them.
"""

from typing import Any

import numpy as np

Arrays = list[Any]

_DRAWN = np.random.default_rng(7)
_BOWL = np.asarray([0.05, 0.4, 2.0, 8.0])
_ROWS = _DRAWN.normal(size=(6, 2))
_WANTED = np.cos(1.5 * _ROWS[:, :1]) - 0.5 * _ROWS[:, 1:]
START: tuple[Any, ...] = (
    np.asarray([1.5, -2.0, 1.0, -0.4]),
    np.asarray([-0.7, 0.8]),
    0.6 * _DRAWN.normal(size=(2, 3)),
    np.asarray([0.1, -0.05, 0.02]),
    0.6 * _DRAWN.normal(size=(3, 1)),
    np.asarray([0.08]),
)
_ENDS = tuple(int(each) for each in np.cumsum([each.size for each in START]))
_PLACES = [
    (slice(end - each.size, end), each.shape) for each, end in zip(START, _ENDS, strict=True)
]
PARTS = {"quadratic": slice(0, 4), "valley": slice(4, 6), "network": slice(6, 19)}
"""Where the weights of each problem stand, when all are joined."""


def loss(arrays: Arrays) -> float:
    """Return the loss at a list of arrays like START."""
    bowl, (a, b), *_ = arrays
    error = _answer(arrays)[1] - _WANTED
    return float(
        (_BOWL * bowl * bowl).sum() / 2
        + (1 - a) ** 2
        + 10 * (b - a * a) ** 2
        + (error * error).sum() / 2
    )


def slopes(arrays: Arrays) -> Arrays:
    """Return the gradient there, as a list of arrays."""
    bowl, (a, b), *_, outer, _ = arrays
    hidden, answer = _answer(arrays)
    error = answer - _WANTED
    back = (error @ outer.T) * (1 - hidden * hidden)
    valley = np.asarray([-2 * (1 - a) - 40 * a * (b - a * a), 20 * (b - a * a)])
    network = [_ROWS.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
    return [_BOWL * bowl, valley, *network]


def joined(arrays: Arrays) -> Any:
    """Join arrays into one row."""
    return np.concatenate([np.ravel(each) for each in arrays])


def parted(row: Any) -> Arrays:
    """Return the arrays that were joined."""
    return [row[place].reshape(shape) for place, shape in _PLACES]


def spread(weights: Arrays) -> Arrays:
    """Return all six arrays, of one row that holds all of them, of the two matrices, or of all."""
    if len(weights) == 1:
        return parted(weights[0])
    if len(weights) == 2:
        return [*START[:2], weights[0], START[3], weights[1], START[5]]
    return weights


def gathered(arrays: Arrays, count: int) -> Arrays:
    """Return six arrays as one row, as the two matrices alone, or as they are."""
    if count == 1:
        return [joined(arrays)]
    return [arrays[2], arrays[4]] if count == 2 else arrays


def _answer(arrays: Arrays) -> tuple[Any, Any]:
    *_, inner, shift, outer, bias = arrays
    hidden = np.tanh(_ROWS @ inner + shift)
    return hidden, hidden @ outer + bias
