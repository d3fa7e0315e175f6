"""Between which two learning rates does training at a constant rate diverge?"""

from collections.abc import Callable
from math import sqrt

LEAP = 4.0
CLOSE = 1.25
"""How near the two rates must come to each other, as a ratio."""


def bracket(
    holds: Callable[[float], bool], near: float, low: float, high: float
) -> tuple[float | None, float | None]:
    """Return the highest rate found to hold and the lowest found not to; None where there is none.

    Leaps from `near` until the answer turns, then halves the gap.

    >>> held, diverged = bracket(lambda rate: rate < 0.3, 1.0, 1e-6, 10.0)
    >>> held < 0.3 < diverged, diverged / held < CLOSE
    (True, True)
    """
    held = diverged = None
    rate = near
    while held is None or diverged is None:
        if holds(rate):
            held, following, end = rate, min(rate * LEAP, high), rate >= high
        else:
            diverged, following, end = rate, max(rate / LEAP, low), rate <= low
        if end:
            return held, diverged
        rate = following
    while diverged > CLOSE * held:
        middle = sqrt(held * diverged)
        if holds(middle):
            held = middle
        else:
            diverged = middle
    return held, diverged
