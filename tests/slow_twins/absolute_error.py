"""Absolute error as Boscovich has it: the difference, whatever its sign."""

from mpmath import extradps


@extradps(60)
def twin(prediction, target):
    """One entry."""
    return prediction - target if prediction >= target else target - prediction
