"""The slow twin of LAMB: You et al., algorithm 2, line by line."""

from tests.optimizers.many_digits import norm, root


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    m, v = [0 * w for w in weights], [0 * w for w in weights]
    t = 0
    while True:
        t += 1
        moved = []
        for i, (x, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            r = (m[i] / (1 - b1**t)) / (root(v[i] / (1 - b2**t)) + settings.epsilon)
            if settings.adapted == "matrices" and x.ndim < 2:
                ratio = 1
            else:
                r = r + settings.weight_decay * x
                ratio = norm(x) / norm(r)
            moved.append(x - settings.learning_rate * ratio * r)
        weights = moved
        yield weights
