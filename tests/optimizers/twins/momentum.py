"""The slow twin of momentum: Polyak, equation 9, with PyTorch's dampening."""


def walk(weights, gradient, settings):
    ball = None
    while True:
        slopes = gradient(weights)
        if ball is None:
            ball = [g * 1 for g in slopes]
        else:
            ball = [
                settings.momentum * v + (1 - settings.dampening) * g
                for v, g in zip(ball, slopes, strict=True)
            ]
        weights = [w - settings.learning_rate * v for w, v in zip(weights, ball, strict=True)]
        yield weights
