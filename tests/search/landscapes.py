"""Losses whose minima are known, for vectors of weights stacked along the first axis."""

import numpy as np

BOX = ([-5.12, -5.12], [5.12, 5.12])


def rastrigin(w):
    """About a hundred minima in the box; the lowest, at zero, is 0."""
    return 10 * w.shape[-1] + (w * w - 10 * np.cos(2 * np.pi * w)).sum(-1)


def rastrigin_slope(w):
    return 2 * w + 20 * np.pi * np.sin(2 * np.pi * w)


def himmelblau(w):
    """Four minima of value 0; plain operations, so that the tape can follow."""
    x, y = w[:, 0], w[:, 1]
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


HIMMELBLAU = ((3.0, 2.0), (3.584428, -1.848127), (-3.779310, -3.283186), (-2.805118, 3.131313))


def wells(w):
    """Two minima of value 0, at -1 and 1; whatever begins left of zero ends in the left one."""
    return np.sum((w * w - 1) ** 2, axis=-1)


def wells_slope(w):
    return 4 * w * (w * w - 1)


INPUTS = np.linspace(-2, 2, 25)
TARGETS = np.tanh(2 * INPUTS + 1) - 0.5 * np.tanh(INPUTS - 1)


def network(w):
    """Two hidden units that can be exchanged, or turned over: eight networks, one function."""
    hidden = np.tanh(w[:, None, 0:2] * INPUTS[None, :, None] + w[:, None, 2:4])
    return (hidden * w[:, None, 4:6]).sum(-1)


def network_loss(w):
    return ((network(w) - TARGETS) ** 2).mean(-1)


def network_slope(w):
    x = INPUTS[None, :, None]
    hidden = np.tanh(w[:, None, 0:2] * x + w[:, None, 2:4])
    error = ((hidden * w[:, None, 4:6]).sum(-1) - TARGETS)[:, :, None] * 2 / len(INPUTS)
    inner = error * w[:, None, 4:6] * (1 - hidden**2)
    return np.concatenate([(inner * x).sum(1), inner.sum(1), (error * hidden).sum(1)], axis=1)
