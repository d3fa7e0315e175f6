"""Steps with a kernel and by the formula, beside each other, and a look at which of them it was."""

from typing import Any

import numpy as np
import pytest

import lossary
from lossary.core.descent.rule import Entrywise
from lossary.kernels import steps
from tests.optimizers.settings import walked

RULES = tuple(each for each in walked() if isinstance(each, Entrywise))
ONE_EACH = tuple({type(rule): rule for rule in RULES}.values())
FEW = ((), (1,), (0, 3), (7, 9), (1025,), (2051,))
"""Sizes on both sides of a block, none a multiple of a vector."""
SHAPES = (*FEW, (66_000,))
"""The same, and enough that a kernel serves into fresh memory."""
STEPS = 3


def drawn(dtype: Any = np.float64, shapes: Any = SHAPES, seed: int = 0) -> list[np.ndarray]:
    """Draw arrays of these shapes, none of which has a slope of zero."""
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=shape) + 0.01, dtype) for shape in shapes]


def walk(rule: Any, weights: list[Any], gradients: list[list[Any]]) -> tuple[list[Any], Any]:
    """Return what was added in each step, and the last state."""
    state, moved = rule.init(weights), []
    for gradient in gradients:
        change, state = rule.step(gradient, state, weights)
        weights = [each + more for each, more in zip(weights, change, strict=True)]
        moved.append(change)
    return moved, state


def both(rule: Any, weights: list[Any], gradients: list[list[Any]]) -> tuple[Any, Any]:
    """Walk with kernels, and without."""
    with lossary.use_kernels(True):
        mine = walk(rule, weights, gradients)
    with lossary.use_kernels(False):
        return mine, walk(rule, weights, gradients)


def arrays(walked: Any, rule: Any) -> list[Any]:
    """List all arrays of a walk: the changes, and the slots of the last state."""
    moved, state = walked
    return [each for change in moved for each in change] + [
        each for name in rule.slots for each in state[name]
    ]


class Runs:
    """Counts what the driver was asked."""

    def __init__(self, run: Any) -> None:
        self.run, self.count = run, 0

    def __call__(self, *given: Any) -> None:
        self.count += 1
        self.run(*given)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    found = Runs(steps._run)
    monkeypatch.setattr(steps, "_run", found)
    return found
