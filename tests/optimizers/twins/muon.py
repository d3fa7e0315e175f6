"""The slow twin of Muon: Jordan's loop on singular values, which the polynomial alone changes."""

import mpmath
import numpy as np

from tests.optimizers.many_digits import norm
from tests.optimizers.many_matrices import walk_with_matrices


def _orthogonal(matrix, settings):
    a, b, c = map(mpmath.mpf, settings.coefficients)
    found = matrix / (norm(matrix) + settings.epsilon)
    left, values, right = mpmath.svd_r(mpmath.matrix(found.tolist()))
    values = list(values)
    for _ in range(settings.iterations):
        values = [a * s + b * s**3 + c * s**5 for s in values]
    made = left * mpmath.diag(values) * right
    return np.asarray(made.tolist(), dtype=object)


def _factor(rows, columns, adjustment):
    rows, columns = mpmath.mpf(rows), mpmath.mpf(columns)
    if adjustment == "tall":
        return mpmath.sqrt(max(1, rows / columns))
    if adjustment == "wide":
        return mpmath.sqrt(max(1, columns / rows))
    return mpmath.mpf(0.2) * mpmath.sqrt(max(rows, columns)) if adjustment == "rms" else 1


def walk(weights, gradient, settings):
    def mover(weight):
        mean, moved = 0 * weight, None
        factor = _factor(*weight.shape, settings.adjustment)
        while True:
            g, w = yield moved
            mean = settings.momentum * mean + (1 - settings.momentum) * g
            slope = mean
            if settings.nesterov:
                slope = settings.momentum * mean + (1 - settings.momentum) * g
            w = w * (1 - settings.learning_rate * settings.weight_decay)
            moved = w - settings.learning_rate * factor * _orthogonal(slope, settings)

    yield from walk_with_matrices(weights, gradient, settings, mover)
