"""Huber's loss in the two branches of his paper."""

from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target, *, delta):
    """One entry."""
    error = abs(target - prediction)
    delta = mpf(delta)
    if error <= delta:
        return error**2 / 2
    return delta * error - delta**2 / 2
