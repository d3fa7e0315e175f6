"""Absolute error as a fraction of the target's size, which is at least the floor."""

from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target, *, floor):
    """One entry; a fraction, not times 100."""
    size = target if target > 0 else -target
    if size < floor:
        size = mpf(floor)
    return abs((target - prediction) / size)
