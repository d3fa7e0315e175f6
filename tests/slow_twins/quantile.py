"""The check function of Koenker and Bassett in its two branches."""

from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target, *, level):
    """One entry."""
    level = mpf(level)
    if target >= prediction:
        return level * (target - prediction)
    return (1 - level) * (prediction - target)
