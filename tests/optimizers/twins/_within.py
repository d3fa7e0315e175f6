"""The twin of an optimizer within another: asked for single steps, or walked as a whole."""

from importlib import import_module


def walk(weights, gradient, settings):
    """Walk as the twin of `settings.of` does."""
    return _twin(settings).walk(weights, gradient, settings.of)


def stepping(weights, settings):
    """Return a function of a gradient that gives the next change by the twin of `settings.of`.

    That twin must read its weights for nothing but the gradient.
    """
    told = []
    path = _twin(settings).walk(weights, lambda _: told[-1], settings.of)
    before = list(weights)

    def step(slopes):
        nonlocal before
        told.append(slopes)
        after = next(path)
        change = [new - old for new, old in zip(after, before, strict=True)]
        before = list(after)
        return change

    return step


def _twin(settings):
    return import_module(f"tests.optimizers.twins.{settings.of.twin}")
