"""The unit deviance of a Tweedie variable, in powers of target and mean."""

from mpmath import exp, extradps, mpf


@extradps(400)
def twin(prediction, target, *, power):
    """One entry; the prediction is the log of the mean; near zero the three terms cancel."""
    mean, power = exp(prediction), mpf(power)
    saturated = target ** (2 - power) / ((1 - power) * (2 - power))
    linear = target * mean ** (1 - power) / (1 - power)
    partition = mean ** (2 - power) / (2 - power)
    return 2 * (saturated - linear + partition)
