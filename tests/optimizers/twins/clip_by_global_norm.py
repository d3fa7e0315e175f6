"""The slow twin of clipping by global norm: Pascanu and others, algorithm 1."""

import mpmath

from tests.optimizers.many_digits import norm
from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    sizes = []

    def clipped(arrays):
        slopes = gradient(arrays)
        size = mpmath.sqrt(sum(norm(g) ** 2 for g in slopes))
        threshold = settings.limit
        if settings.relative:
            threshold *= _mean(sizes, settings.decay) if sizes else size
        sizes.append(size)
        return [threshold / size * g for g in slopes] if size >= threshold else slopes

    return _within.walk(weights, clipped, settings)


def _mean(sizes, decay):
    """Return the running mean that begins with the first of many sizes."""
    found = sizes[0]
    for size in sizes[1:]:
        found = decay * found + (1 - decay) * size
    return found
