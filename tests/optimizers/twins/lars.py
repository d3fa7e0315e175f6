"""The slow twin of LARS: You, Gitman and Ginsburg, algorithm 1, line by line."""

from tests.optimizers.many_digits import norm


def walk(weights, gradient, settings):
    velocity = [0 * w for w in weights]
    while True:
        moved = []
        for i, (w, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            if settings.adapted == "matrices" and w.ndim < 2:
                rate, pull = settings.learning_rate, g
            else:
                beta = settings.weight_decay
                local = settings.trust * norm(w) / (norm(g) + beta * norm(w))
                rate, pull = settings.learning_rate * local, g + beta * w
            velocity[i] = settings.momentum * velocity[i] + rate * pull
            moved.append(w - velocity[i])
        weights = moved
        yield weights
