"""The slow twin of schedule-free gradient descent: Defazio et al., equations 1 to 3."""


def walk(weights, gradient, settings):
    beta = settings.beta1
    z, x, y = list(weights), list(weights), list(weights)
    counts, fastest, t = [], 0, 0
    while True:
        t += 1
        gamma = settings.learning_rate
        if settings.warm_up > 0:
            gamma = gamma * min(t / settings.warm_up, 1)
        fastest = max(fastest, gamma)
        counts.append(t**settings.step_power * fastest**settings.rate_power)
        c = counts[-1] / sum(counts)
        slopes = [g + settings.weight_decay * p for g, p in zip(gradient(y), y, strict=True)]
        z = [p - gamma * g for p, g in zip(z, slopes, strict=True)]
        x = [(1 - c) * p + c * q for p, q in zip(x, z, strict=True)]
        y = [(1 - beta) * q + beta * p for p, q in zip(x, z, strict=True)]
        yield y
