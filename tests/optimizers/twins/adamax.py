"""The slow twin of AdaMax: Kingma and Ba, algorithm 2, with PyTorch's epsilon."""

import numpy as np


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    m = [0 * w for w in weights]
    u = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, g in enumerate(gradient(weights)):
            m[i] = b1 * m[i] + (1 - b1) * g
            u[i] = np.maximum(b2 * u[i], np.abs(g) + settings.epsilon)
            moved.append(weights[i] - settings.learning_rate / (1 - b1**t) * m[i] / u[i])
        weights = moved
        yield weights
