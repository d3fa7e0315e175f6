"""The slow twin of AMSGrad: Reddi et al., algorithm 2; corrected as PyTorch does, if asked."""

import numpy as np

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    m = [0 * w for w in weights]
    v = [0 * w for w in weights]
    v_hat = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, g in enumerate(gradient(weights)):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            v_hat[i] = np.maximum(v_hat[i], v[i])
            top, below = m[i], root(v_hat[i])
            if settings.bias_correction:
                top, below = top / (1 - b1**t), root(v_hat[i] / (1 - b2**t))
            moved.append(weights[i] - settings.learning_rate * top / (below + settings.epsilon))
        weights = moved
        yield weights
