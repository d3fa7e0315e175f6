"""The slow twin of L-BFGS: the whole inverse matrix, made anew of the last moves in each step."""

import mpmath
import numpy as np


def _joined(arrays):
    return np.concatenate([each.ravel() for each in arrays])


def _parted(row, like):
    ends = np.cumsum([each.size for each in like])[:-1]
    return [part.reshape(each.shape) for part, each in zip(np.split(row, ends), like, strict=True)]


def _inverse(pairs, vector, scale):
    """Nocedal and Wright, equation 7.16, as it stands: the newest pair around all older ones."""
    if not pairs:
        return scale * vector
    s, y = pairs[-1]
    rho = 1 / (s @ y)
    within = _inverse(pairs[:-1], vector - rho * (s @ vector) * y, scale)
    return within - rho * (y @ within) * s + rho * (s @ vector) * s


def walk(weights, gradient, settings):
    pairs, x, g = [], _joined(weights), None
    before = x
    while True:
        last, g = g, _joined(gradient(weights))
        if last is None:
            rate = min(mpmath.mpf(1), 1 / sum(abs(each) for each in g))
        else:
            rate = mpmath.mpf(1)
            s, y = x - before, g - last
            if s @ y > mpmath.mpf("1e-10") * mpmath.sqrt((s @ s) * (y @ y)):
                pairs = [*pairs, (s, y)][-settings.history :]
        before = x
        scale = (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ pairs[-1][1]) if pairs else 1
        x = x - settings.learning_rate * rate * _inverse(pairs, g, scale)
        weights = _parted(x, weights)
        yield weights
