"""What the optimizers walk down: a quadratic, Rosenbrock's valley and a small network, at once.

The loss is the sum of the three, so that one walk sees all of them: arrays of one and two axes,
curvatures from 0.1 to 10, a bent valley, and a network of tanh units on five rows.
"""

import numpy as np

from lossary.adapters.translation.problem import Problem

_drawn = np.random.default_rng(20)
CURVATURES = np.asarray([0.1, 1.0, 3.0, 10.0])
ROWS = _drawn.normal(size=(5, 2))
TARGETS = np.sin(2 * ROWS[:, :1]) + ROWS[:, 1:]
_walked = Problem(CURVATURES, ROWS, TARGETS)
loss, slopes = _walked.loss, _walked.slopes
"""Functions (xp, arrays, taken) of six arrays; `taken` brings constants to their framework."""
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
"""A tree of six arrays; `listed` says in which order."""


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
