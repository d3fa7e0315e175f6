"""The slow twin of schedule-free AdamW: Defazio et al., algorithm 1, corrected as its code is."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    beta, b2 = settings.beta1, settings.beta2
    z, x, y = list(weights), list(weights), list(weights)
    v = [0 * w for w in weights]
    counts, fastest, t = [], 0, 0
    while True:
        t += 1
        gamma = settings.learning_rate
        if settings.warm_up > 0:
            gamma = gamma * min(t / settings.warm_up, 1)
        fastest = max(fastest, gamma)
        counts.append(t**settings.step_power * fastest**settings.rate_power)
        c = counts[-1] / sum(counts)
        for i, g in enumerate(gradient(y)):
            v[i] = b2 * v[i] + (1 - b2) * g**2
            sized = g / (root(v[i] / (1 - b2**t)) + settings.epsilon)
            z[i] = z[i] - gamma * (sized + settings.weight_decay * y[i])
            x[i] = (1 - c) * x[i] + c * z[i]
        y = [(1 - beta) * q + beta * p for p, q in zip(x, z, strict=True)]
        yield y
