"""The slow twin of Lion: Chen et al., algorithm 2."""

from tests.optimizers.many_digits import sign


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    m = [0 * w for w in weights]
    while True:
        moved = []
        for i, (theta, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            c = b1 * m[i] + (1 - b1) * g
            moved.append(theta - settings.learning_rate * (sign(c) + settings.weight_decay * theta))
            m[i] = b2 * m[i] + (1 - b2) * g
        weights = moved
        yield weights
