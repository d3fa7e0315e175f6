"""The slow twin of clipping by norm: Pascanu and others, algorithm 1, for each array."""

from tests.optimizers.many_digits import norm
from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    usual = [None] * len(weights)

    def clipped(arrays):
        slopes = gradient(arrays)
        for i, g in enumerate(slopes):
            size = norm(g)
            first = usual[i] is None
            threshold = settings.limit
            if settings.relative:
                threshold = settings.limit * (size if first else usual[i])
            usual[i] = size if first else settings.decay * usual[i] + (1 - settings.decay) * size
            if size >= threshold:
                slopes[i] = threshold / size * g
        return slopes

    return _within.walk(weights, clipped, settings)
