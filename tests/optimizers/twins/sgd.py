"""The slow twin of gradient descent: Robbins and Monro, equation 8, with a constant rate."""


def walk(weights, gradient, settings):
    while True:
        slopes = gradient(weights)
        weights = [w - settings.learning_rate * g for w, g in zip(weights, slopes, strict=True)]
        yield weights
