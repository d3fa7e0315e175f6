"""The slow twin of Sophia-G: Liu et al., algorithm 3, with the walk's stand-in for a curvature."""

import numpy as np


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    m = [0 * w for w in weights]
    h = [0 * w for w in weights]
    while True:
        moved = []
        for i, (theta, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            m[i] = b1 * m[i] + (1 - b1) * g
            h[i] = b2 * h[i] + (1 - b2) * g**2
            ratio = m[i] / np.maximum(settings.gamma * h[i], settings.epsilon)
            clipped = np.minimum(np.maximum(ratio, -1), 1)
            decayed = theta - settings.learning_rate * settings.weight_decay * theta
            moved.append(decayed - settings.learning_rate * clipped)
        weights = moved
        yield weights
