"""What is walked down to compare optimizers: a quadratic, Rosenbrock's valley, a small network.

The loss is the sum of the three, each of weights of its own, so that one walk sees all of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.backends import backend_named

Arrays = list[Any]


@dataclass(frozen=True, eq=False)
class Problem:
    """A quadratic of four weights, a valley of two, and a network of three tanh units on rows.

    Both functions take a list of six arrays: the quadratic's weights, the valley's, and the
    network's inner weights, shifts, outer weights and bias. `xp` is a framework's namespace, and
    `taken` brings the constants there.
    """

    curvatures: Any
    rows: Any
    targets: Any

    def loss(self, xp: Any, arrays: Arrays, taken: Any) -> Any:
        """Return the loss: an array without axes."""
        bowl, (a, b) = arrays[0], (arrays[1][0], arrays[1][1])
        error = self._forward(xp, arrays, taken)[1] - taken(self.targets)
        return (
            xp.sum(taken(self.curvatures) * bowl * bowl) / 2
            + (1 - a) * (1 - a)
            + 10 * (b - a * a) * (b - a * a)
            + xp.sum(error * error) / 2
        )

    def slopes(self, xp: Any, arrays: Arrays, taken: Any) -> Arrays:
        """Return the gradient, as a list of six arrays."""
        a, b, outer = arrays[1][0], arrays[1][1], arrays[4]
        hidden, answer = self._forward(xp, arrays, taken)
        error = answer - taken(self.targets)
        back = xp.matmul(error, xp.matrix_transpose(outer)) * (1 - hidden * hidden)
        return [
            taken(self.curvatures) * arrays[0],
            xp.stack([-2 * (1 - a) - 40 * a * (b - a * a), 20 * (b - a * a)]),
            xp.matmul(xp.matrix_transpose(taken(self.rows)), back),
            xp.sum(back, axis=0),
            xp.matmul(xp.matrix_transpose(hidden), error),
            xp.sum(error, axis=0),
        ]

    def _forward(self, xp: Any, arrays: Arrays, taken: Any) -> tuple[Any, Any]:
        *_, inner, shift, outer, bias = arrays
        hidden = xp.tanh(xp.matmul(taken(self.rows), inner) + shift)
        return hidden, xp.matmul(hidden, outer) + bias


_DRAWN = np.random.default_rng(7)
_ROWS = _DRAWN.normal(size=(6, 2))
_WALKED = Problem(
    np.asarray([0.05, 0.4, 2.0, 8.0]), _ROWS, np.cos(1.5 * _ROWS[:, :1]) - 0.5 * _ROWS[:, 1:]
)
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
    """Return the loss at a list of NumPy arrays like START."""
    return float(_WALKED.loss(backend_named("numpy").xp, arrays, np.asarray))


def slopes(arrays: Arrays) -> Arrays:
    """Return the gradient there, as a list of arrays."""
    return _WALKED.slopes(backend_named("numpy").xp, arrays, np.asarray)


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
