"""Minus the log-probability of a negative binomial count, less its gamma functions."""

from mpmath import exp, extradps, log, mpf


@extradps(400)
def twin(prediction, target, *, dispersion):
    """One entry; the prediction is the log of the mean, the size one over the dispersion."""
    mean, size = exp(prediction), 1 / mpf(dispersion)
    success = size / (size + mean)
    loss = -size * log(success)
    return loss if target == 0 else loss - target * log(mean / (size + mean))
