"""The square root of the weighted mean of the squared errors, one number for the batch."""

import numpy as np
from mpmath import extradps, mpf, sqrt


@extradps(60)
def twin(prediction, target, *, weight=None):
    """Take the whole arrays, as nested lists; an entry of zero weight is not looked at."""
    prediction, target = (np.array(a, dtype=object).ravel() for a in (prediction, target))
    if weight is None:
        weight = [mpf(1)] * len(prediction)
    weight = np.array(weight, dtype=object).ravel()
    entries = [(p, t, w) for p, t, w in zip(prediction, target, weight, strict=True) if w != 0]
    if not entries:
        return mpf(0)
    return sqrt(sum(w * (p - t) ** 2 for p, t, w in entries) / sum(w for _, _, w in entries))
