"""Rows that lie beyond where the tails of the others end: a second bump, not a long tail."""

import numpy as np

_RARE = 0.002  # of the rows would lie beyond the bend, if a tail fell as slowly as exponentially
_INNER, _OUTER = 0.75, 0.90  # between these quantiles one sees how a tail falls
_AGAIN = 4  # as wild rows make the tail look longer until they are out of it


def wild(left: np.ndarray) -> np.ndarray:
    """Mark residuals that lie beyond an exponential tail through their 75 and 90 % quantiles.

    What falls faster than exponentially, as the normal and the gamma do, leaves next to nothing
    there; so does the logarithm of what falls as a power. Each side has its own tail. NaN is never
    marked; where a side has no tail to be seen, nothing is marked there.
    """
    far = np.zeros(len(left), dtype=bool)
    for _ in range(_AGAIN):
        usual = left[np.isfinite(left) & ~far]
        if len(usual) == 0:
            break
        far = (left > _bend(usual)) | (-left > _bend(-usual))
    return far


def _bend(left: np.ndarray) -> float:
    inner, outer = np.quantile(left, (_INNER, _OUTER))
    steep = np.log((1 - _INNER) / (1 - _OUTER)) / max(outer - inner, 1e-300)
    bend = float(inner + np.log((1 - _INNER) / _RARE) / steep)
    return bend if outer > inner else np.inf
