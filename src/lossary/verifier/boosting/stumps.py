"""A booster of stumps, small enough to read: ten rounds of Newton steps on one feature."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.verifier.boosting.slopes import of

Array = Any
ROWS, ROUNDS, RATE, LAMBDA = 200, 10, 0.3, 1.0
LEAST = 1e-3
"""LightGBM's least sum of Hessians in a leaf; XGBoost asks for 1."""


@dataclass(frozen=True)
class Grown:
    """What ten rounds came to."""

    splits: int
    """Rounds in which a split was found."""
    gain: float
    """By how much the loss fell, as a mean over rows: the gradient summed along the way."""
    score: Array


def table(subject: Any) -> tuple[Array, Array]:
    """Return a feature and labels that hang on it, of the kind the objective takes."""
    feature = np.linspace(-1.0, 1.0, ROWS)
    noise = np.random.default_rng(0).normal(size=ROWS)
    domain = subject.contract.target.domain
    yes = (feature + 0.4 * noise > 0).astype(float)
    known = {
        "degree": yes,
        "side": 2 * yes - 1,
        "nonnegative": np.ceil(np.exp(feature + 0.4 * noise)),
        "positive": np.exp(feature + 0.4 * noise),
    }
    return feature, known.get(domain, 1.0 + 2 * feature + 0.4 * noise)


def boosted(subject: Any, label: Array, rate: float = RATE) -> Grown:
    """Boost from scores of zero; raise what the objective raises."""
    score, splits, gain = np.zeros(ROWS), 0, 0.0
    gradient, hessian = of(subject, score, label)
    for _ in range(ROUNDS):
        step = _stump(gradient, hessian)
        splits += int(step is not None)
        if step is None or not np.isfinite(step).all():
            break
        moved = score + rate * step
        middle, _ = of(subject, (score + moved) / 2, label)
        before, score = gradient, moved
        gradient, hessian = of(subject, score, label)
        # Simpson's rule: the loss itself is not known, its slope along the step is.
        gain -= float(np.mean(rate * step * (before + 4 * middle + gradient) / 6))
    return Grown(splits, gain, score)


def _stump(gradient: Array, hessian: Array) -> Array | None:
    """Return each row's step after the best split of the sorted rows, or None without any."""
    left, down = np.cumsum(gradient)[:-1], np.cumsum(hessian)[:-1]
    right, up = gradient.sum() - left, hessian.sum() - down
    with np.errstate(all="ignore"):
        gain = left**2 / (down + LAMBDA) + right**2 / (up + LAMBDA)
        gain -= gradient.sum() ** 2 / (hessian.sum() + LAMBDA)
    gain = np.where((down >= LEAST) & (up >= LEAST) & np.isfinite(gain), gain, -np.inf)
    best = int(np.argmax(gain))
    if not gain[best] > 1e-12:
        return None
    steps = (-left[best] / (down[best] + LAMBDA), -right[best] / (up[best] + LAMBDA))
    return np.where(np.arange(len(gradient)) <= best, *steps)
