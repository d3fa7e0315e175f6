"""The slow twin of AdamW: Loshchilov and Hutter, algorithm 2, with the rate before the decay."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2, eta = settings.beta1, settings.beta2, settings.learning_rate
    m = [0 * w for w in weights]
    v = [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, (theta, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            step = (m[i] / (1 - b1**t)) / (root(v[i] / (1 - b2**t)) + settings.epsilon)
            moved.append(theta - eta * (step + settings.weight_decay * theta))
        weights = moved
        yield weights
