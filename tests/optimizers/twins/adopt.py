"""The slow twin of ADOPT: Taniguchi et al., algorithm 2, the mean from zero; clipped if asked."""

import mpmath
import numpy as np

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    v = [g**2 for g in gradient(weights)]
    yield weights
    m = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, (theta, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            ratio = g / np.maximum(root(v[i]), settings.epsilon)
            if settings.clipped:
                c = mpmath.root(t, 4)
                ratio = np.minimum(np.maximum(ratio, -c), c)
            m[i] = b1 * m[i] + (1 - b1) * ratio
            moved.append(theta - settings.learning_rate * (m[i] + settings.weight_decay * theta))
            v[i] = b2 * v[i] + (1 - b2) * g**2
        weights = moved
        yield weights
