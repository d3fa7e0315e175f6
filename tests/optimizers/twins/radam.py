"""The slow twin of RAdam: Liu et al., algorithm 2, trusting from five on as PyTorch does."""

import mpmath

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2, alpha = settings.beta1, settings.beta2, settings.learning_rate
    limit = 2 / (1 - b2) - 1
    m = [0 * w for w in weights]
    v = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        rho = limit - 2 * t * b2**t / (1 - b2**t)
        moved = []
        for i, g in enumerate(gradient(weights)):
            v[i] = b2 * v[i] + (1 - b2) * g**2
            m[i] = b1 * m[i] + (1 - b1) * g
            m_hat = m[i] / (1 - b1**t)
            if rho > 5:
                length = mpmath.sqrt(1 - b2**t) / (root(v[i]) + settings.epsilon)
                r = mpmath.sqrt(((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho))
                moved.append(weights[i] - alpha * r * m_hat * length)
            else:
                moved.append(weights[i] - alpha * m_hat)
        weights = moved
        yield weights
