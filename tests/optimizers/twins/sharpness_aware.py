"""The slow twin of sharpness-aware minimisation: Foret's and Kwon's algorithms 1."""

import mpmath
import numpy as np

from tests.optimizers.many_digits import norm
from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    def uphill(arrays):
        slopes = gradient(arrays)
        if not settings.adaptive:
            length = mpmath.sqrt(sum(norm(g) ** 2 for g in slopes))
            moved = [settings.radius * g / length for g in slopes]
        else:
            sizes = [np.abs(w) + settings.epsilon for w in arrays]
            scaled = [t * g for t, g in zip(sizes, slopes, strict=True)]
            length = mpmath.sqrt(sum(norm(each) ** 2 for each in scaled))
            moved = [
                settings.radius * t**2 * g / length for t, g in zip(sizes, slopes, strict=True)
            ]
        return gradient([w + e for w, e in zip(arrays, moved, strict=True)])

    return _within.walk(weights, uphill, settings)
