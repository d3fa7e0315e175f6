"""The slow twin of Prodigy: Mishchenko and Defazio, its Adam version, line by line."""

import mpmath

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2 = settings.beta1, settings.beta2
    half = mpmath.sqrt(b2)
    start, d, r, k = list(weights), settings.first, mpmath.mpf(0), 0
    m, v, s = ([0 * w for w in weights] for _ in range(3))
    while True:
        gamma = settings.learning_rate
        if settings.corrected:
            gamma = gamma * mpmath.sqrt(1 - b2 ** (k + 1)) / (1 - b1 ** (k + 1))
        slopes = gradient(weights)
        m = [b1 * a + (1 - b1) * d * g for a, g in zip(m, slopes, strict=True)]
        v = [b2 * a + (1 - b2) * d**2 * g**2 for a, g in zip(v, slopes, strict=True)]
        way = sum((g * (x0 - x)).sum() for g, x0, x in zip(slopes, start, weights, strict=True))
        r = half * r + (1 - half) * gamma * d**2 * way
        s = [half * a + (1 - half) * gamma * d**2 * g for a, g in zip(s, slopes, strict=True)]
        found = r / sum(sum(abs(each) for each in a.ravel()) for a in s)
        weights = [
            x - gamma * d * a / (root(b) + d * settings.epsilon)
            - gamma * d * settings.weight_decay * x
            for x, a, b in zip(weights, m, v, strict=True)
        ]  # fmt: skip
        if settings.growth is not None:
            found = min(found, d * settings.growth)
        d, k = max(d, found), k + 1
        yield weights
