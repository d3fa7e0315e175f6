"""The slow twin of Polyak's step size: Loizou et al., SPS_max, with the gap held at zero."""

import mpmath


def walk(weights, gradient, settings):
    while True:
        slopes = gradient(weights)
        square = sum((g**2).sum() for g in slopes) + settings.epsilon
        rate = max(settings.loss(weights) - settings.bound, mpmath.mpf(0)) / square
        if settings.maximum is not None:
            rate = min(rate, settings.maximum)
        weights = [w - rate * g for w, g in zip(weights, slopes, strict=True)]
        yield weights
