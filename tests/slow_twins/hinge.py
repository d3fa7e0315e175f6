"""What the margin lacks to 1."""

from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target):
    """One entry; the target is 1 against 0 or -1."""
    margin = prediction if target == 1 else -prediction
    return mpf(0) if margin >= 1 else 1 - margin
