"""The logarithm of the hyperbolic cosine, from its two exponentials."""

from mpmath import exp, extradps, log


@extradps(400)
def twin(prediction, target):
    """One entry; 400 digits, so that the cosine of a tiny error is not 1."""
    error = target - prediction
    return log((exp(error) + exp(-error)) / 2)
