"""The slow twin of Nesterov's gradient: Sutskever et al., equations 3 and 4, with both points."""


def walk(weights, gradient, settings):
    eta, mu = settings.learning_rate, settings.momentum
    theta = list(weights)
    v = [0 * w for w in weights]
    while True:
        ahead = [p + mu * q for p, q in zip(theta, v, strict=True)]
        slopes = gradient(ahead)
        v = [mu * q - eta * g for q, g in zip(v, slopes, strict=True)]
        theta = [p + q for p, q in zip(theta, v, strict=True)]
        yield [p + mu * q for p, q in zip(theta, v, strict=True)]
