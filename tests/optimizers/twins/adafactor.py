"""The slow twin of Adafactor: Shazeer and Stern, algorithms 4 and 5, with sums as they write."""

import mpmath
import numpy as np

from tests.optimizers.many_digits import root


def _rms(array):
    return mpmath.sqrt(sum((each**2 for each in array.ravel()), mpmath.mpf(0)) / array.size)


def walk(weights, gradient, settings):
    sums = [(0 * w.sum(1), 0 * w.sum(0)) if w.ndim == 2 else 0 * w for w in weights]
    t = 0
    while True:
        t += 1
        beta = 1 - mpmath.mpf(t) ** -settings.decay
        rho = settings.learning_rate
        if settings.falling:
            rho = min(rho, 1 / mpmath.sqrt(t))
        moved = []
        for i, (x, g) in enumerate(zip(weights, gradient(weights), strict=True)):
            square = g**2 + settings.epsilon1
            if x.ndim == 2:
                rows, columns = sums[i]
                rows = beta * rows + (1 - beta) * square.sum(1)
                columns = beta * columns + (1 - beta) * square.sum(0)
                sums[i] = rows, columns
                second = np.outer(rows, columns) / rows.sum()
            else:
                second = sums[i] = beta * sums[i] + (1 - beta) * square
            u = g / root(second)
            u = u / max(mpmath.mpf(1), _rms(u) / settings.clipping)
            alpha = rho * max(settings.epsilon2, _rms(x)) if settings.relative else rho
            moved.append(x - alpha * u)
        weights = moved
        yield weights
