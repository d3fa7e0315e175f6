"""How large a step is at each share of the way: a short climb, then half a wave down to nothing."""

import math

WARM = 20
"""One step in so many, at first, climbs."""


def share(step: int, steps: int) -> float:
    """Return the share of the full learning rate at a step, from 0 on."""
    warm = max(1, steps // WARM)
    if step < warm:
        return (step + 1) / (warm + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
