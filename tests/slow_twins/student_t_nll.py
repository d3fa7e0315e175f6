"""Minus the log-density of Student's t, less what it is at its centre."""

from mpmath import extradps, log, mpf


@extradps(60)
def twin(prediction, target, *, degrees, scale):
    """One entry, from the power of the density."""
    degrees, error = mpf(degrees), (target - prediction) / mpf(scale)
    return -log((1 + error**2 / degrees) ** (-(degrees + 1) / 2))
