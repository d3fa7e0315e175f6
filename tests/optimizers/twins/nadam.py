"""The slow twin of NAdam: Dozat, algorithm 2, with its schedule; nothing extra on the squares."""

import mpmath

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2

    def mu(i):
        return b1 * (1 - mpmath.mpf("0.5") * mpmath.mpf(0.96) ** (i * settings.momentum_decay))

    m = [0 * w for w in weights]
    n = [0 * w for w in weights]
    t, product = 0, mpmath.mpf(1)
    while True:
        t += 1
        product *= mu(t)
        moved = []
        for i, g in enumerate(gradient(weights)):
            g_hat = g / (1 - product)
            m[i] = b1 * m[i] + (1 - b1) * g
            m_hat = m[i] / (1 - product * mu(t + 1))
            n[i] = b2 * n[i] + (1 - b2) * g**2
            n_hat = n[i] / (1 - b2**t)
            m_bar = (1 - mu(t)) * g_hat + mu(t + 1) * m_hat
            moved.append(
                weights[i] - settings.learning_rate * m_bar / (root(n_hat) + settings.epsilon)
            )
        weights = moved
        yield weights
