"""Arrays for any loss, drawn from the domains and the shape sentence it declares."""

from typing import Any

import numpy as np

from lossary.domains import Domain

Array = Any
SIZES = {"...": (12,), "n": 12, "k": 5, "d": 4}
"""Twelve rows: enough to split unevenly, few enough to be checked digit by digit."""


def draw(
    loss: Any, seed: int = 0, place: int = 0, sizes: dict[str, Any] | None = None
) -> tuple[Array, ...]:
    """Draw one array for each argument of a loss, for the sentence at `place`; rows come first."""
    rng = np.random.default_rng(seed)
    known: dict[str, Any] = (
        SIZES | ({"...": (3,)} if "n" in loss.sentences[place].output.axes else {}) | (sizes or {})
    )
    found = []
    for pattern, domain in zip(loss.sentences[place].inputs, loss.domains[place], strict=True):
        shape: tuple[int, ...] = ()
        for axis in pattern.axes:
            size = int(axis) if axis.isdigit() else known.setdefault(axis, 4)
            shape += size if isinstance(size, tuple) else (size,)
        found.append(values(domain, rng, shape, known["k"]))
    return tuple(found)


def values(domain: Domain, rng: np.random.Generator, shape: tuple[int, ...], k: int = 5) -> Array:
    """Draw numbers from a domain; rows that must sum to one do, some with a certain outcome."""
    if domain.integer:
        return rng.integers(0, k, shape)
    if domain.points:
        return rng.choice(np.asarray(domain.points), shape)
    if domain.name == "distribution":
        rows = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
        certain = np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
        return np.where(rng.uniform(size=shape[:-1])[..., None] < 0.3, certain, rows)
    if domain.name == "log_probability":
        scores = rng.normal(0, 2, shape)
        return scores - np.log(np.exp(scores).sum(-1, keepdims=True)) if shape else -abs(scores)
    return _interval(domain, rng, shape)


def _interval(domain: Domain, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    if np.isfinite(domain.low) and np.isfinite(domain.high):
        return rng.uniform(domain.low, domain.high, shape)
    if np.isfinite(domain.low):
        found = domain.low + np.exp(rng.normal(0, 0.7, shape))
        return (
            np.where(rng.uniform(size=shape) < 0.25, domain.low, found)
            if domain.low_closed
            else found
        )
    found = rng.normal(0, 2, shape)
    return np.where(abs(found) < 0.1, 1.0, found) if domain.without == 0 else found


def extremes(domain: Domain, highest: float = 1e4) -> list[float]:
    """Return far and delicate values of a domain: its ends if they belong to it, and near them."""
    far = [-highest, -745.2, -88.7, -1e-3, 1e-6, 0.3, 17.0, 88.8, 709.9, highest]
    near = [domain.low + 1e-12, domain.low + 1e-3, domain.high - 1e-3, domain.high]
    return [
        value
        for value in (*far, domain.low, *near)
        if domain.contains(value) and np.isfinite(value)
    ]
