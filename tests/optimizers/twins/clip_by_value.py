"""The slow twin of clipping by value: Mikolov's thesis, every entry by itself."""

import mpmath
import numpy as np

from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    usual = None

    def clipped(arrays):
        nonlocal usual
        slopes = gradient(arrays)
        entries = [entry for each in slopes for entry in each.ravel()]
        size = mpmath.sqrt(sum(entry**2 for entry in entries) / len(entries))
        unit = (size if usual is None else usual) if settings.relative else 1
        usual = size if usual is None else settings.decay * usual + (1 - settings.decay) * size
        most = settings.limit * unit
        return [np.vectorize(lambda e: max(-most, min(e, most)), [object])(s) for s in slopes]

    return _within.walk(weights, clipped, settings)
