"""What three conventions of optimizers do to steps, as plain data: computed, not yet drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from lossary.optimizers import AdaGrad, Adam, RMSProp
from lossary.reports.figures import Line

RATE = 0.1
LONG = 10_000
SETTLED = 300
"""Steps after which RMSProp's mean of a gradient that stays is that gradient, to 1e-13."""


@dataclass(frozen=True)
class Marked:
    """A line, what it is called, and the point (x, y) at which its name begins or ends."""

    line: Line
    name: str
    point: tuple[float, float]
    side: str = "left"
    """Whether the name begins ("left") or ends ("right") at the point."""
    dashed: bool = False


@dataclass(frozen=True)
class Effect:
    """A figure of one message: lines over a logarithmic x."""

    name: str
    message: str
    x: str
    y: str
    lines: tuple[Marked, ...]
    logarithmic: bool = False
    """Whether y is logarithmic too."""


@cache
def zero_learning() -> Effect:
    """Show how far AdaGrad and RMSProp still step when the gradient stays at one."""
    steps = np.unique(np.geomspace(1, LONG, 60).round())
    ada, rms = (
        _rates(each, steps)
        for each in (AdaGrad(learning_rate=RATE), RMSProp(learning_rate=RATE, decay=0.99))
    )
    return Effect(
        "adagrad",
        "AdaGrad slows down for good, RMSProp settles",
        "step",
        "step's length for a gradient of 1",
        (
            Marked(ada, "AdaGrad: 0.1 / √step", (110.0, 0.016)),
            Marked(rms, "RMSProp (decay 0.99): settles at 0.1", (110.0, 0.17), dashed=True),
        ),
        logarithmic=True,
    )


@cache
def adams_epsilon() -> Effect:
    """Show which gradients Adam's first step takes for noise, in both conventions of epsilon."""
    sizes = np.geomspace(1e-11, 1e1, 121)
    lines = []
    for epsilon in (1e-8, 1e-3):
        ours = Adam(learning_rate=1.0, epsilon=epsilon)
        # What Keras adds before the root is corrected acts as this much after it.
        keras = ours.replace(epsilon=epsilon * (1 - ours.beta2) ** -0.5)
        told = f"ε = {epsilon:.0e}".replace("e-0", "e-")
        first, second = (_lengths(each, sizes, 1) for each in (ours, keras))
        lines.append(Marked(first, f"Adam, {told}", (0.9 * epsilon, 0.6), "right"))
        lines.append(Marked(second, f"Keras, {told}", (30 * epsilon, 0.3), dashed=True))
    return Effect(
        "adam",
        "Gradients below ε hardly move anything; in Keras, those 32 times larger too",
        "size of the gradient",
        "first step, in learning rates",
        tuple(lines),
    )


@cache
def two_conventions() -> Effect:
    """Show what the same epsilon does to RMSProp's steps, inside the root and outside."""
    sizes = np.geomspace(1e-12, 1e0, 121)
    outside = RMSProp(learning_rate=1.0, epsilon=1e-8)
    inside = outside.replace(inside_root=True)
    return Effect(
        "rmsprop",
        "ε = 1e-8 stills gradients below 1e-8 in PyTorch, below 1e-4 in optax and Keras",
        "size of the gradient",
        "settled step, in learning rates",
        (
            Marked(_lengths(outside, sizes, SETTLED), "√s + ε: PyTorch", (0.7e-8, 0.5), "right"),
            Marked(
                _lengths(inside, sizes, SETTLED), "√(s + ε): optax, Keras", (1e-4, 0.5), dashed=True
            ),
        ),
    )


EFFECTS: tuple[Callable[[], Effect], ...] = (zero_learning, adams_epsilon, two_conventions)


def _rates(optimizer: Any, steps: Any) -> Line:
    """Return the length of these steps along a gradient that stays at one."""
    weights = np.zeros(1)
    state, lengths = optimizer.init(weights), []
    for _ in range(int(steps[-1])):
        change, state = optimizer.step(np.ones(1), state, weights)
        lengths.append(-float(change[0]))
    return Line(tuple(map(float, steps)), tuple(lengths[int(step) - 1] for step in steps))


def _lengths(optimizer: Any, sizes: Any, steps: int) -> Line:
    """Return how long the last of some steps is along gradients of these sizes, that stay."""
    weights = np.zeros_like(sizes)
    state = optimizer.init(weights)
    for _ in range(steps):
        change, state = optimizer.step(sizes, state, weights)
    return Line(tuple(map(float, sizes)), tuple(map(float, -change)))
