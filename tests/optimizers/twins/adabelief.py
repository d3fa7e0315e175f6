"""The slow twin of AdaBelief: Zhuang et al., algorithm 2."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2, eps = settings.beta1, settings.beta2, settings.epsilon
    m = [0 * w for w in weights]
    s = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, g in enumerate(gradient(weights)):
            m[i] = b1 * m[i] + (1 - b1) * g
            s[i] = b2 * s[i] + (1 - b2) * (g - m[i]) ** 2 + eps
            m_hat, s_hat = m[i] / (1 - b1**t), s[i] / (1 - b2**t)
            moved.append(weights[i] - settings.learning_rate * m_hat / (root(s_hat) + eps))
        weights = moved
        yield weights
