"""How much of a step is lost when it is added in the weights' own precision."""

from typing import Any

from lossary.backends import backend_of
from lossary.core.descent.trees import flat, matched

Tree = Any


def underflow(change: Tree, weights: Tree) -> float:
    """Return the share of entries that should move, but are the same after the change is added.

    In half precision it may be most of them late in training; `MasterWeights` mends that.

    >>> import numpy as np
    >>> from lossary.optimizers import underflow
    >>> weights = np.ones(4, "float16")
    >>> underflow(np.asarray([0.1, 1e-4, -1e-4, 0.0], "float32"), weights)
    0.6666666666666666

    Raises:
        ShapeError: the change has another structure than the weights.
    """
    leaves, _ = flat(weights)
    lost = moving = 0
    for move, weight in zip(matched(change, weights, "change"), leaves, strict=True):
        backend = backend_of(weight)
        wide = backend.cast(weight, backend.wide(weight))
        move = backend.cast(move, wide.dtype)
        after = backend.cast(wide + move, weight.dtype)
        meant = backend.numpy(move) != 0
        same = backend.numpy(after) == backend.numpy(weight)
        lost, moving = lost + int((meant & same).sum()), moving + int(meant.sum())
    return lost / moving if moving else 0.0
