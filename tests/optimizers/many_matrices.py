"""Matrices of mpmath numbers, and walks where a twin moves the matrices and Adam's the rest."""

from types import SimpleNamespace

import mpmath
import numpy as np

from tests.optimizers.twins import adam


def eigen(matrix):
    """Return the eigenvalues of a symmetric matrix, the greatest first, and its eigenvectors."""
    values, vectors = mpmath.eigsy(mpmath.matrix(matrix.tolist()))
    values = np.asarray(list(values), dtype=object)
    order = sorted(range(len(values)), key=lambda i: -values[i])
    return values[order], np.asarray(vectors.tolist(), dtype=object)[:, order]


def columns_made_orthogonal(matrix):
    """Return the orthogonal columns of Gram and Schmidt, without their second factor."""
    found = []
    for column in matrix.T:
        rest = column
        for other in found:
            rest = rest - (other @ column) * other
        found.append(rest / mpmath.sqrt(rest @ rest))
    return np.stack(found, axis=1)


def unit(size):
    """Return the unit matrix in many digits."""
    one, zero = mpmath.mpf(1), mpmath.mpf(0)
    return np.asarray([[one if i == j else zero for j in range(size)] for i in range(size)])


def walk_with_matrices(weights, gradient, settings, mover, largest=None):
    """Walk: `mover(weight)` is a coroutine that takes a gradient and a weight, and gives a weight.

    It moves the matrices whose sides are no longer than `largest`; Adam, the others.
    """
    inner = {
        name: mpmath.mpf(value) if isinstance(value, float) else value
        for name, value in settings.otherwise.parameters().items()
    }
    ours = [
        place
        for place, each in enumerate(weights)
        if each.ndim == 2 and (largest is None or max(each.shape) <= largest)
    ]
    rest = [place for place in range(len(weights)) if place not in ours]
    movers = {place: mover(weights[place]) for place in ours}
    for each in movers.values():
        next(each)
    latest = []
    others = adam.walk(
        [weights[place] for place in rest], lambda _: latest[-1], SimpleNamespace(**inner)
    )
    while True:
        slopes = gradient(weights)
        latest.append([slopes[place] for place in rest])
        new = dict(zip(rest, next(others), strict=True))
        for place in ours:
            new[place] = movers[place].send((slopes[place], weights[place]))
        weights = [new[place] for place in range(len(weights))]
        yield weights
