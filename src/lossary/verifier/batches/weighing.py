"""What a weighted loss should be worth: the weighted sum of its rows, over a named denominator."""

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import rows
from lossary.verifier.batches.extra import Extra
from lossary.verifier.batches.structure import near

WEIGHTS = (2.0, 0.5, 1.0, 3.5, 1.25, 0.75)
"""Six rows; no two of the sums that could be meant are alike."""


def spread(extra: Extra, batch: Batch, each: Array) -> Array:
    """Return weights with one number for each row, in the shape that the loss takes."""
    shape = extra.shape(batch)
    return np.broadcast_to(np.reshape(each, (-1,) + (1,) * (len(shape) - 1)), shape).copy()


def alone(extra: Extra, batch: Batch) -> Array | None:
    """Return the value of each row alone under a weight of one."""
    found = []
    for row in range(rows.count(extra.subject, batch)):
        one = rows.single(extra.subject, batch, row)
        try:
            found.append(extra.number(one, np.ones((1, *extra.shape(one)[1:]))))
        except (CandidateError, Unchangeable):
            return None
    return np.array(found) if np.isfinite(found).all() else None


def denominator(value: float, each: Array, weights: Array) -> str | None:
    """Name what the weighted sum was divided by, or None where it is none of the usual."""
    n, size = len(each), float(np.abs(weights * each).sum())
    total = float(weights @ each)
    usual = {
        "nothing": 1.0,
        "the number of rows": float(n),
        "the sum of the weights": float(weights.sum()),
        "rows times the largest weight": float(n * weights.max()),
        "the number of weights above zero": float((weights > 0).sum()),
    }
    return next((name for name, by in usual.items() if near(value, total / by, size / by)), None)


def mistake(value: float, each: Array, weights: Array) -> tuple[str, str] | None:
    """Name a known mistake, and its mend, where the value is that of the mistake."""
    n, total = len(each), float(weights.sum())
    squares, roots, inverse = weights**2, np.sqrt(weights), 1 / weights
    found = {
        "all weights times all losses: (n, 1) beside (n,), or two means multiplied": [
            total * each.sum() / by for by in (1, n, n * n, total * n, total)
        ],
        "the squares of the weights: they are multiplied in twice": [
            squares @ each / by for by in (1, n, total, squares.sum())
        ],
        "the square roots of the weights": [roots @ each / by for by in (1, n, total, roots.sum())],
        "one over each weight": [inverse @ each / by for by in (1, n, total, inverse.sum())],
        "a sum that is divided twice, by the weights and by the rows": [
            weights @ each / (total * n), weights @ each / n**2, weights @ each / total**2,
        ],
        "weights that belong to other rows": [
            np.roll(weights, shift) @ each / by for shift in range(1, n) for by in (1, n, total)
        ],
    }  # fmt: skip
    return next(
        ((name, MENDS[name.split()[-1]]) for name, values in found.items()
         if any(near(value, each_value, abs(each_value)) for each_value in values)), None,
    )  # fmt: skip


MENDS = {
    "multiplied": "give weight and loss one shape, multiply, and only then reduce",
    "twice": "multiply each loss with its weight once",
    "weights": "multiply each loss with its weight itself",
    "weight": "multiply each loss with its weight; do not divide",
    "rows": "divide once: by the sum of the weights, or by the number of rows; and keep the order",
}

FACTORS = (0.25, 0.5, 1.0, 2.0)
BENT = 0.02
"""A share of all that the value moves; a stabiliser beside the sum of the weights needs less."""


def straight(values: list[float]) -> bool:
    """Say whether values under weights that are FACTORS times as large are those of a weighted sum.

    Such a sum grows with the factor, or stays where it is divided by the weights; beside it there
    may be a part that they do not reach.
    """
    found, factors = np.array(values), np.array(FACTORS)
    size = float(np.ptp(found))
    if size <= 1e-6 * np.abs(found).max():
        return True
    return any(_off(found, by) < BENT * size for by in (factors, 1 / factors))


def _off(found: Array, by: Array) -> float:
    return float(np.abs(found - np.polyval(np.polyfit(by, found, 1), by)).max())
