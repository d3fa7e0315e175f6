"""The slow twin of Adan: Xie et al., algorithm 1, with the corrections of the authors' code."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    # The paper's betas are what is taken.
    b1, b2, b3 = 1 - settings.beta1, 1 - settings.beta2, 1 - settings.beta3
    eta, decay = settings.learning_rate, settings.weight_decay
    m, v, n = ([0 * w for w in weights] for _ in range(3))
    before, k = None, 0
    while True:
        k += 1
        slopes = gradient(weights)
        before = before or slopes
        moved = []
        for i, (theta, g) in enumerate(zip(weights, slopes, strict=True)):
            d = g - before[i]
            m[i] = (1 - b1) * m[i] + b1 * g
            v[i] = (1 - b2) * v[i] + b2 * d
            n[i] = (1 - b3) * n[i] + b3 * (g + (1 - b2) * d) ** 2
            size = root(n[i] / (1 - (1 - b3) ** k)) + settings.epsilon
            lead = m[i] / (1 - (1 - b1) ** k) + (1 - b2) * v[i] / (1 - (1 - b2) ** k)
            if settings.proximal:
                moved.append((theta - eta / size * lead) / (1 + decay * eta))
            else:
                moved.append((1 - decay * eta) * theta - eta / size * lead)
        weights, before = moved, slopes
        yield weights
