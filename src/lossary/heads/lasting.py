"""From the location of a time to the chance to last, derived from a loss that knows censoring."""

from functools import cache

import numpy as np

from lossary.core.loss import Loss
from lossary.heads.chances import zero_of


def lasting(loss: Loss, location: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the chance to last beyond each time: shapes (...) and (m,) -> (..., m).

    What was censored at a time costs minus the logarithm of that chance.
    """
    each = np.asarray(location, dtype=float)[..., None]
    censored = -np.maximum(np.asarray(times, dtype=float), 0)  # before the start, all last
    cost = loss(each + 0 * censored, 0 * each + censored, reduction="none")
    return np.exp(-np.asarray(cost))


@cache
def log_median(loss: Loss) -> float:
    """Return the logarithm of the median time where the location is zero.

    A location only stretches time, so elsewhere the median is that much further on.
    """
    at = np.zeros(1)
    return zero_of(lambda log: float(0.5 - lasting(loss, at, np.exp([log]))[0, 0]))
