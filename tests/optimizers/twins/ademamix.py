"""The slow twin of AdEMAMix: Pagliardini et al., algorithm 1 and section 3's warm-ups."""

from mpmath import exp, log

from tests.optimizers.many_digits import root


def walk(weights, gradient, settings):
    b1, b2, b3 = settings.beta1, settings.beta2, settings.beta3
    fast, slow, squares = ([0 * w for w in weights] for _ in range(3))
    t = 0
    while True:
        t += 1
        alpha, beta3 = settings.alpha, b3
        if settings.warm_up > 0:
            share = t / settings.warm_up
            alpha = min(share * alpha, alpha)
            if share < 1:
                down = (1 - share) * log(b3) + share * log(b1) if b1 > 0 else None
                beta3 = exp(log(b1) * log(b3) / down) if b1 > 0 else exp(log(b3) / share)
        moved = []
        for i, (theta, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            fast[i] = b1 * fast[i] + (1 - b1) * g
            slow[i] = beta3 * slow[i] + (1 - beta3) * g
            squares[i] = b2 * squares[i] + (1 - b2) * g**2
            top = fast[i] / (1 - b1**t) + alpha * slow[i]
            size = root(squares[i] / (1 - b2**t)) + settings.epsilon
            moved.append(
                theta - settings.learning_rate * (top / size + settings.weight_decay * theta)
            )
        weights = moved
        yield weights
