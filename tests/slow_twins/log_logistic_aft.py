"""Minus the log of the log-logistic density of a time, or of its survival if it was censored."""

from mpmath import exp, extradps, log, mpf


@extradps(400)
def twin(prediction, target, *, scale):
    """One entry: the odds of an event by then are a power of the time."""
    rate, shape = exp(-prediction), 1 / mpf(scale)
    time = abs(target)
    odds = (rate * time) ** shape
    if target < 0:
        return log(1 + odds)
    return 2 * log(1 + odds) - log(shape * rate) - (shape - 1) * log(rate * time)
