"""Good's logarithmic score of a probability, with 0 log 0 = 0."""

from mpmath import extradps, log, mpf


@extradps(400)
def twin(prediction, target):
    """One entry; 400 digits, so that 1 - 1e-300 is not 1."""
    loss = mpf(0)
    if target != 0:
        loss -= target * log(prediction)
    if target != 1:
        loss -= (1 - target) * log(1 - prediction)
    return loss
