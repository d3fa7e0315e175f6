"""Focal loss: the cross-entropy of either class, weighed by what was not expected of it."""

from mpmath import exp, extradps, log, mpf


@extradps(400)
def twin(prediction, target, *, alpha, gamma):
    """One entry; 400 digits, so that 1 + exp(-700) is not 1."""
    positive = 1 / (1 + exp(-prediction))
    negative = 1 / (1 + exp(prediction))
    share, rest = (1, 1) if alpha is None else (mpf(alpha), 1 - mpf(alpha))
    gamma = mpf(gamma)
    loss = mpf(0)
    if target != 0:
        loss -= target * share * negative**gamma * log(positive)
    if target != 1:
        loss -= (1 - target) * rest * positive**gamma * log(negative)
    return loss
