"""The slow twin of look-ahead: Zhang and others, algorithm 1, two loops in one another."""

from tests.optimizers.twins import _within


def walk(weights, gradient, settings):
    slow = list(weights)
    step = _within.stepping(weights, settings)
    while True:
        fast = list(slow)
        for _ in range(int(settings.period) - 1):
            fast = [w + c for w, c in zip(fast, step(gradient(fast)), strict=True)]
            yield fast
        fast = [w + c for w, c in zip(fast, step(gradient(fast)), strict=True)]
        slow = [s + settings.factor * (f - s) for s, f in zip(slow, fast, strict=True)]
        if settings.reset:
            step = _within.stepping(slow, settings)
        yield slow
