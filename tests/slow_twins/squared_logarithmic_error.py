"""The square of the difference of log(1 + .)."""

from mpmath import extradps, log


@extradps(400)
def twin(prediction, target):
    """One entry; 400 digits, so that 1 + 1e-300 is not 1."""
    return (log(1 + target) - log(1 + prediction)) ** 2
