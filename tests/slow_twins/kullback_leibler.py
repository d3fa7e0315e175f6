"""The information of Kullback and Leibler, class by class, with 0 log 0 = 0."""

from mpmath import extradps, log, mpf


@extradps(60)
def twin(prediction, target):
    """One row: log-probabilities against a distribution."""
    present = [(log_q, p) for log_q, p in zip(prediction, target, strict=True) if p != 0]
    return sum((p * (log(p) - log_q) for log_q, p in present), start=mpf(0))
