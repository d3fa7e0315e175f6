"""What the optimizers walk down: a quadratic, Rosenbrock's valley and a small network, at once.

The loss is the sum of the three, so that one walk sees all of them: arrays of one and two axes,
curvatures from 0.1 to 10, a bent valley, and a network of tanh units on five rows.
"""

import numpy as np

_drawn = np.random.default_rng(20)
CURVATURES = np.asarray([0.1, 1.0, 3.0, 10.0])
ROWS = _drawn.normal(size=(5, 2))
TARGETS = np.sin(2 * ROWS[:, :1]) + ROWS[:, 1:]
START = {
    "quadratic": np.asarray([2.0, -1.5, 1.0, 0.5]),
    "valley": np.asarray([-0.6, 0.9]),
    "network": {
        "inner": 0.7 * _drawn.normal(size=(2, 3)),
        "shift": 0.1 * _drawn.normal(size=3),
        "outer": 0.7 * _drawn.normal(size=(3, 1)),
        "bias": np.asarray([0.05]),
    },
}
"""A tree of arrays; `ORDER` are their sizes in a list."""


def listed(tree):
    """Return the six arrays of a tree like `START` in their order."""
    network = tree["network"]
    parts = [network[name] for name in ("inner", "shift", "outer", "bias")]
    return [tree["quadratic"], tree["valley"], *parts]


def treed(arrays):
    """Return the tree of six arrays."""
    names = ("inner", "shift", "outer", "bias")
    network = dict(zip(names, arrays[2:], strict=True))
    return {"quadratic": arrays[0], "valley": arrays[1], "network": network}


def loss(xp, arrays, taken):
    """Return the loss; `taken` turns the constants into arrays of the framework."""
    square, (a, b) = arrays[0], _pair(arrays[1])
    error = _forward(xp, arrays, taken)[1] - taken(TARGETS)
    return (
        xp.sum(taken(CURVATURES) * square * square) / 2
        + (1 - a) * (1 - a)
        + 10 * (b - a * a) * (b - a * a)
        + xp.sum(error * error) / 2
    )


def slopes(xp, arrays, taken):
    """Return the gradient as a list of six arrays, written by hand for any framework."""
    square, (a, b), outer = arrays[0], _pair(arrays[1]), arrays[4]
    in_valley = xp.stack([-2 * (1 - a) - 40 * a * (b - a * a), 20 * (b - a * a)])
    hidden, answer = _forward(xp, arrays, taken)
    error = answer - taken(TARGETS)
    back = xp.matmul(error, xp.matrix_transpose(outer)) * (1 - hidden * hidden)
    return [
        taken(CURVATURES) * square,
        in_valley,
        xp.matmul(xp.matrix_transpose(taken(ROWS)), back),
        xp.sum(back, axis=0),
        xp.matmul(xp.matrix_transpose(hidden), error),
        xp.sum(error, axis=0),
    ]


def _pair(array):
    return array[0], array[1]


def _forward(xp, arrays, taken):
    *_, inner, shift, outer, bias = arrays
    hidden = xp.tanh(xp.matmul(taken(ROWS), inner) + shift)
    return hidden, xp.matmul(hidden, outer) + bias
