"""Minus the log-probability of a Poisson count, less its log t!, from the rate."""

from mpmath import exp, extradps, mpf


@extradps(60)
def twin(prediction, target):
    """One entry; the prediction is the log of the rate."""
    rate = exp(prediction)
    seen = target * prediction if target != 0 else mpf(0)
    return rate - seen
