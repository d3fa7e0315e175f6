"""Trains a free prediction by the loss alone, as the smallest model there is."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from lossary import domains
from lossary.verifier.batch import Array, Batch

STEP, KEPT = 1e-5, 1e-3
SECONDS, FEWEST = 0.5, 10
"""A host that takes long for a gradient takes fewer and longer steps."""


@dataclass(frozen=True)
class Descent:
    """The batches on the way and their values; the last one is where it ended."""

    values: tuple[float, ...]
    end: Batch
    lost: int | None
    """The step after which the value or the gradient was no number."""


def descend(subject: Any, batch: Batch, steps: int = 60, rate: float = 0.3) -> Descent:
    """Follow the gradient by Adam with a falling learning rate."""
    name = subject.contract.prediction.name
    steps = affordable(subject, batch, steps)
    first = second = np.zeros_like(batch[name])
    values = [subject.number(batch)]
    for step in range(1, steps + 1):
        slope = slope_of(subject, batch)
        if slope is None or not np.isfinite(slope).all():
            return Descent(tuple(values), batch, step)
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        move = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-12)
        shorter = rate * (60 / steps) ** 0.5 * (1 - (step - 1) / steps)
        batch = batch.with_(name, kept(subject, batch[name] - shorter * move))
        values.append(subject.number(batch))
        if not np.isfinite(values[-1]):
            return Descent(tuple(values), batch, step)
    return Descent(tuple(values), batch, None)


def affordable(subject: Any, batch: Batch, steps: int) -> int:
    """Return how many steps there is time for, after one to warm up; none on a very slow host."""
    slope_of(subject, batch)
    begin = perf_counter()
    slope_of(subject, batch)
    subject.number(batch)
    found = SECONDS / (perf_counter() - begin)
    return 0 if found < FEWEST / 4 else int(np.clip(found, FEWEST, steps))


def slope_of(subject: Any, batch: Batch) -> Array | None:
    """Return the loss's own gradient, or central differences where the host has none."""
    if subject.differentiable:
        return subject.slope(batch)
    name = subject.contract.prediction.name
    found = np.zeros(batch[name].shape)
    for index in np.ndindex(found.shape):
        up, down = (
            subject.number(batch.changed(name, index, batch[name][index] + each))
            for each in (STEP, -STEP)
        )
        found[index] = (up - down) / (2 * STEP)
    return found


def kept(subject: Any, array: Array) -> Array:
    """Bring a prediction back into its domain."""
    prediction = subject.contract.prediction
    if prediction.domain == "distribution":
        axis = prediction.axes.index("k") if "k" in prediction.axes else -1
        inside = np.clip(array, KEPT, None)
        return inside / inside.sum(axis, keepdims=True)
    domain = getattr(domains, prediction.domain)
    low = domain.low + KEPT if np.isfinite(domain.low) else None
    high = domain.high - KEPT if np.isfinite(domain.high) else None
    return array if low is None and high is None else np.clip(array, low, high)
