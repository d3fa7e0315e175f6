"""The slow twin of Yogi: Zaheer et al., algorithm 2; corrected as optax does, if asked."""

from tests.optimizers.many_digits import root, sign


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    m = [0 * w for w in weights]
    v = [0 * w + settings.initial_square for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, g in enumerate(gradient(weights)):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = v[i] - (1 - b2) * sign(v[i] - g**2) * g**2
            top, below = m[i], v[i]
            if settings.bias_correction:
                top, below = top / (1 - b1**t), below / (1 - b2**t)
            moved.append(
                weights[i] - settings.learning_rate * top / (root(below) + settings.epsilon)
            )
        weights = moved
        yield weights
