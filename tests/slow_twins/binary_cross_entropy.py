"""Binary cross-entropy from the two probabilities that a score stands for."""

from mpmath import exp, extradps, log, mpf


@extradps(400)
def twin(prediction, target):
    """One entry; 400 digits, so that 1 + exp(-700) is not 1."""
    positive = 1 / (1 + exp(-prediction))
    negative = 1 / (1 + exp(prediction))
    loss = mpf(0)
    if target != 0:
        loss -= target * log(positive)
    if target != 1:
        loss -= (1 - target) * log(negative)
    return loss
