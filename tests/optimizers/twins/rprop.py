"""The slow twin of Rprop: Igel and Hüsken's iRprop-, entry by entry."""

import numpy as np


def walk(weights, gradient, settings):
    sizes = [np.full(w.shape, settings.learning_rate, dtype=object) for w in weights]
    before = [0 * w for w in weights]
    while True:
        moved = []
        for w, g, size, old in zip(weights, gradient(weights), sizes, before, strict=True):
            after = w.copy()
            for at in np.ndindex(w.shape):
                slope = g[at]
                if slope * old[at] > 0:
                    size[at] = size[at] * settings.growth
                elif slope * old[at] < 0:
                    size[at] = size[at] * settings.shrink
                    slope = 0
                size[at] = min(max(size[at], settings.smallest), settings.largest)
                if slope:
                    after[at] = w[at] - size[at] if slope > 0 else w[at] + size[at]
                old[at] = slope
            moved.append(after)
        weights = moved
        yield weights
