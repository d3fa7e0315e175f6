"""The slow twin of AdaDelta: Zeiler, algorithm 1, with a factor before the change."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    rho, eps = settings.decay, settings.epsilon
    e_g = [0 * w for w in weights]
    e_x = [0 * w for w in weights]
    while True:
        slopes = gradient(weights)
        for i, g in enumerate(slopes):
            e_g[i] = rho * e_g[i] + (1 - rho) * g**2
            delta = -root(e_x[i] + eps) / root(e_g[i] + eps) * g
            e_x[i] = rho * e_x[i] + (1 - rho) * delta**2
            weights = [*weights[:i], weights[i] + settings.learning_rate * delta, *weights[i + 1 :]]
        yield weights
