"""The slow twin of Adam: Kingma and Ba, algorithm 1, line by line."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    first = [0 * w for w in weights]
    second = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        for i, g in enumerate(gradient(weights)):
            first[i] = b1 * first[i] + (1 - b1) * g
            second[i] = b2 * second[i] + (1 - b2) * g**2
            m_hat = first[i] / (1 - b1**t)
            v_hat = second[i] / (1 - b2**t)
            step = settings.learning_rate * m_hat / (root(v_hat) + settings.epsilon)
            weights = [*weights[:i], weights[i] - step, *weights[i + 1 :]]
        yield weights
