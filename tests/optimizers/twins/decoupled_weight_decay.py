"""The slow twin of decoupled decay: Loshchilov and Hutter, algorithm 2, eta times lambda."""

from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    step = _within.stepping(weights, settings)
    share = settings.of.learning_rate * settings.weight_decay
    while True:
        change = step(gradient(weights))
        weights = [w + c - share * w for w, c in zip(weights, change, strict=True)]
        yield weights
