"""The floors of losses that squash twice: what a softmax or a sigmoid too many leaves reachable."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

Form = Callable[[np.ndarray, int], float]
"""Takes the probabilities of a row and the place of its class."""


def forms(focus: float | None, smoothing: float | None) -> Iterator[Form]:
    """Yield the losses of a probability that are in use, the likeliest first."""
    yield lambda p, c: float(-np.log(p[c]))
    for gamma in (focus, 2.0, 1.0, 0.5, 1.5, 3.0, 5.0):
        if gamma is not None:
            yield partial(_focused, gamma)
    if smoothing:
        yield lambda p, c: float(-(1 - smoothing) * np.log(p[c]) - smoothing * np.log(p).mean())
    yield lambda p, c: float(((p - np.eye(len(p))[c]) ** 2).sum())
    yield lambda p, c: float(1 - p[c])


def _focused(gamma: float, p: np.ndarray, c: int) -> float:
    return float(-((1 - p[c]) ** gamma) * np.log(p[c]))


def squashed(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the second softmax of a certain right row, and of a certain wrong one (class 0)."""
    high = np.exp(np.eye(k))
    rows = high / high.sum(1, keepdims=True)
    return rows[0], rows[1]


def softmax_floor(k: int) -> float:
    """Return the least cross-entropy of k classes behind a softmax too many."""
    return float(np.log(np.e + k - 1) - 1)


def sigmoids(target: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (no, yes) behind a sigmoid too many, for a certain right and a wrong answer."""
    yes = np.array([0.5, np.e / (1 + np.e)])
    right, wrong = (yes[1], yes[0]) if target else (yes[0], yes[1])
    return np.array([1 - right, right]), np.array([1 - wrong, wrong])


def fits(floor: float, ceiling: float, right: np.ndarray, wrong: np.ndarray, c: int,
         known: list[Form]) -> bool:  # fmt: skip
    """Say whether floor and ceiling stand to each other as a known loss of these rows has them."""
    if not (0 < floor < ceiling):
        return False
    ratios = [form(right, c) / form(wrong, c) for form in known]
    return any(abs(floor / ceiling - each) < 1e-3 * each for each in ratios)
