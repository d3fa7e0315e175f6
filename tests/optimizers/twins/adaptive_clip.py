"""The slow twin of adaptive clipping: Brock and others, equation 3, unit by unit."""

import numpy as np

from tests.optimizers.many_digits import norm
from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    def clipped(arrays):
        return [_array(g, w, settings) for g, w in zip(gradient(arrays), arrays, strict=True)]

    return _within.walk(weights, clipped, settings)


def _array(slope, weight, settings):
    if max(weight.shape) == weight.size:
        return _unit(slope, weight, settings)
    axis = weight.ndim - 1 if settings.units == "last" else 0
    units = [
        _unit(np.take(slope, i, axis), np.take(weight, i, axis), settings)
        for i in range(weight.shape[axis])
    ]
    return np.stack(units, axis=axis)


def _unit(slope, weight, settings):
    reach = max(norm(weight), settings.epsilon)
    if norm(slope) / reach > settings.limit:
        return settings.limit * reach / norm(slope) * slope
    return slope
