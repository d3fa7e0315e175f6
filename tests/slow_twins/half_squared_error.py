"""Half the square of the difference."""

from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target):
    """One entry."""
    return mpf(1) / 2 * (target - prediction) ** 2
