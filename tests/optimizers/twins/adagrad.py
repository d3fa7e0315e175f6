"""The slow twin of AdaGrad: Duchi et al., figure 1, with diagonal matrices."""

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    history = [[] for _ in weights]
    while True:
        moved = []
        for w, g, old in zip(weights, gradient(weights), history, strict=True):
            old.append(g**2)
            square = settings.initial_square + sum(old[1:], old[0])
            if settings.inside_root:
                divisor = root(square + settings.epsilon)
            else:
                divisor = root(square) + settings.epsilon
            moved.append(w - settings.learning_rate * g / divisor)
        weights = moved
        yield weights
