"""Squared error as Legendre has it: the square of the difference."""

from mpmath import extradps


@extradps(60)
def twin(prediction, target):
    """One entry."""
    difference = target - prediction
    return difference**2
