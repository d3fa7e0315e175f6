"""The slow twin of the L2 penalty: the gradient of the loss and of half the squared weights."""

from types import SimpleNamespace

from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    def penalised(arrays):
        return [g + settings.weight * w for g, w in zip(gradient(arrays), arrays, strict=True)]

    def loss(arrays):
        squares = sum((w**2).sum() for w in arrays)
        return settings.loss(arrays) + settings.weight * squares / 2

    inner = SimpleNamespace(**(vars(settings.of) | {"loss": loss}))
    return _within.walk(weights, penalised, SimpleNamespace(of=inner))
