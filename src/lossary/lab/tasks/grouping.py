"""Groups dealt to parts, so that parts are alike in size and strata, and other parts each time.

Not by StratifiedGroupKFold: it deals the most uneven groups first, so that a seed decides only
between equals, and repeats of a study would be repetitions.
"""

import numpy as np

_DEALS = 50


def dealt(groups: np.ndarray, of_rows: np.ndarray, parts: int, seed: int) -> np.ndarray:
    """Return the part of each row: the most even of some random deals of as many groups to each."""
    names, group = np.unique(groups, return_inverse=True)
    counts = np.zeros((len(names), int(of_rows.max()) + 1))
    np.add.at(counts, (group, of_rows), 1)
    random, places = np.random.default_rng(seed), np.arange(len(names)) % parts
    deals = [random.permutation(places) for _ in range(_DEALS)]
    best = min(deals, key=lambda deal: _unevenness(counts, deal, parts))
    return random.permutation(parts)[best[group]]  # else a large group would have its usual part


def _unevenness(counts: np.ndarray, deal: np.ndarray, parts: int) -> float:
    """Return how far the strata of parts are from an even share of them, and their sizes too."""
    found = np.eye(parts)[deal].T @ counts
    even = counts.sum(axis=0) / parts
    sizes = np.square(found.sum(axis=1) / even.sum() - 1).sum()
    return float((np.square(found - even) / even).sum() / even.sum() + sizes)
