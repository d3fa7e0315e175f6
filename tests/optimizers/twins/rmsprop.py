"""The slow twin of RMSProp: Graves, equations 38 to 41, with the velocity before the rate."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    rho, eps = settings.decay, settings.epsilon
    n = [0 * w + settings.initial_square for w in weights]
    mean = [0 * w for w in weights]
    delta = [0 * w for w in weights]
    while True:
        moved = []
        for i, g in enumerate(gradient(weights)):
            n[i] = rho * n[i] + (1 - rho) * g**2
            mean[i] = rho * mean[i] + (1 - rho) * g
            variance = n[i] - mean[i] ** 2 if settings.centred else n[i]
            divisor = root(variance + eps) if settings.inside_root else root(variance) + eps
            delta[i] = settings.momentum * delta[i] + g / divisor
            moved.append(weights[i] - settings.learning_rate * delta[i])
        weights = moved
        yield weights
