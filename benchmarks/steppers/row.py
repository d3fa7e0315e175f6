"""The rules and the models of the race, and what is asked of whoever runs in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.optimizers import Adam, AdamW, Lion, Momentum, RMSProp

Array = Any
JUDGED = 1
"""The tensor by which a contestant's exactness is judged."""
WARM = 3
"""Steps before the clock starts, and after which the judge looks."""


@dataclass(frozen=True)
class Rule:
    """One rule: ours, and how many bytes of single precision it must move for each parameter."""

    title: str
    ours: Any
    nbytes: int


@dataclass(frozen=True)
class Stepper:
    """A contestant: does one step on weights of its own, and shows one tensor of them."""

    step: Callable[[], object]
    shown: Callable[[], Array]


RULES = (
    Rule("Adam", Adam(learning_rate=1e-3), 28),
    Rule("AdamW", AdamW(learning_rate=1e-3, weight_decay=0.01), 28),
    Rule("Momentum", Momentum(learning_rate=1e-2, momentum=0.9), 20),
    Rule("RMSProp", RMSProp(learning_rate=1e-3, decay=0.9), 20),
    Rule("Lion", Lion(learning_rate=1e-3), 20),
)


def _layered(width: int = 256, layers: int = 12, words: int = 4000) -> list[tuple[int, ...]]:
    """Return the shapes of a small transformer's tensors."""
    wide, row = (width, width), (width,)
    layer = [row, row, (3 * width, width), (3 * width,), wide, row, row, row]
    layer += [(4 * width, width), (4 * width,), (width, 4 * width), row]
    return [(words, width), (width // 2, width), *layers * layer, row, row]


MODELS: dict[str, list[tuple[int, ...]]] = {
    "10.5 M in 148 tensors": _layered(),
    "10 M in 10 tensors": [(1000, 1000)] * 10,
    "9,472 in 148 tensors": [(64,)] * 148,
}


def drawn(shapes: list[tuple[int, ...]]) -> tuple[list[Array], list[Array]]:
    """Draw weights, and gradients none of which is near zero: there, epsilons differ by design."""
    rng = np.random.default_rng(5)
    weights = [rng.normal(size=shape).astype(np.float32) / 20 for shape in shapes]
    sizes = (rng.uniform(-1, 1, size=shape).astype(np.float32) for shape in shapes)
    return weights, [size + np.copysign(np.float32(0.5), size) for size in sizes]


def wanted(rule: Rule, weight: Array, gradient: Array) -> Array:
    """Return one tensor after the first steps, by the formula in double precision."""
    import lossary

    weight, gradient = weight.astype(np.float64), gradient.astype(np.float64)
    state = rule.ours.init(weight)
    with lossary.use_kernels(False):
        for _ in range(WARM):
            change, state = rule.ours.step(gradient, state, weight)
            weight = weight + change
    return weight


def error(found: Array, right: Array, start: Array) -> float:
    """Say how far off a tensor is at most, relative to the way that it went."""
    return float(np.abs(found - right).max() / np.abs(right - start).max())
