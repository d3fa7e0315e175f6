"""InfoNCE: minus the log of the probability of the own partner among all of the batch."""

from mpmath import exp, extradps, fdot, log, mpf


@extradps(400)
def twin(prediction, target, *, temperature, weight=None):
    """Every row; a row of zero weight is nobody's partner and costs nothing itself."""
    present = [i for i in range(len(prediction)) if weight is None or weight[i] != 0]
    losses = [mpf(0)] * len(prediction)
    for i in present:
        likeness = {j: exp(fdot(prediction[i], target[j]) / mpf(temperature)) for j in present}
        losses[i] = -log(likeness[i] / sum(likeness.values()))
    return losses
