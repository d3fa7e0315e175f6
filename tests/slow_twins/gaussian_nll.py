"""Minus the log-density of a normal variable, less its log(2 pi) / 2, from the variance."""

from mpmath import exp, extradps


@extradps(60)
def twin(prediction, target):
    """One entry; the prediction is the list [mean, log of the variance]."""
    mean, log_variance = prediction
    variance = exp(log_variance)
    return log_variance / 2 + (target - mean) ** 2 / (2 * variance)
