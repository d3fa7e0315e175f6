"""From the raw score of a binary loss to a probability, derived from the loss itself."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.optimize import brentq

from lossary.backends import backend_named
from lossary.core.links import link
from lossary.core.loss import Loss
from lossary.domains import logit, probability

_LOOK = np.linspace(-0.9, 0.9, 7)  # a hinge decides between -1 and 1


def chances(loss: Loss, score: np.ndarray) -> np.ndarray:
    """Return the probability of class 1 for which each score would be the loss's best answer.

    Where a share η of equal rows is 1, the best score has η ℓ'(score, 1) = (η - 1) ℓ'(score, 0).
    For cross-entropy η is the sigmoid, for the exponential loss the sigmoid of twice the score; a
    focal loss turns its scores in, and this turns them out again (Charoenphakdee et al. 2021).
    """
    if loss.domains[0][0] == probability:
        way = link(logit, probability)
        assert way is not None
        return np.asarray(way(backend_named("numpy").xp, score))
    score = np.asarray(score, dtype=float)
    with np.errstate(all="ignore"):  # a slope may be infinite, or zero where the side is certain
        yes = loss.gradient(score, np.ones_like(score))
        no = loss.gradient(score, np.zeros_like(score))
        return 1 / (1 - yes / no)


@cache
def even_score(loss: Loss) -> float:
    """Return the score at which a loss holds both classes for as likely; zero for most."""
    if abs(float(chances(loss, np.zeros(1))[0]) - 0.5) < 1e-12:
        return 0.0
    return zero_of(lambda score: float(chances(loss, np.array([score]))[0]) - 0.5)


def zero_of(rising: Callable[[float], float]) -> float:
    """Return where a function that rises from below zero to above it is zero."""
    low, high = -1.0, 1.0
    while rising(low) > 0:
        low *= 2
    while rising(high) < 0:
        high *= 2
    return float(brentq(rising, low, high))


@cache
def tells_chances(loss: Loss) -> bool:
    """Say whether different scores stand for different probabilities: not so for a hinge."""
    return bool((np.diff(chances(loss, _LOOK)) > 1e-9).all())
