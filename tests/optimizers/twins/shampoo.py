"""The slow twin of Shampoo: Gupta, Koren and Singer, algorithm 1, line by line."""

import mpmath

from tests.optimizers.many_digits import norm
from tests.optimizers.many_matrices import eigen, unit, walk_with_matrices


def _root(matrix):
    values, vectors = eigen(matrix)
    return (vectors * [value ** mpmath.mpf(-0.25) for value in values]) @ vectors.T


def walk(weights, gradient, settings):
    def mover(weight):
        rows, columns = weight.shape
        left, right = settings.epsilon * unit(rows), settings.epsilon * unit(columns)
        moved, count = None, 0
        while True:
            g, w = yield moved
            left, right = left + g @ g.T, right + g.T @ g
            if count % settings.interval == 0:
                before, behind = _root(left), _root(right)
            count += 1
            step = before @ g @ behind
            if settings.grafting == "gradient":
                step = step * norm(g) / norm(step)
            moved = w - settings.learning_rate * step

    yield from walk_with_matrices(weights, gradient, settings, mover, settings.largest)
