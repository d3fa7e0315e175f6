"""The loss of AdaBoost: e to minus the margin."""

from mpmath import exp, extradps


@extradps(60)
def twin(prediction, target):
    """One entry; the target is 1 against 0 or -1."""
    margin = prediction if target == 1 else -prediction
    return 1 / exp(margin)
