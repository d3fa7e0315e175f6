"""One for a wrong decision, nothing for a right one."""

from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target):
    """One entry; the target is 1 against 0 or -1, and a score of 0 decides against 1."""
    decided = prediction > 0
    truth = target == 1
    return mpf(0) if decided == truth else mpf(1)
