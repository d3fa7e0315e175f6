"""Says in which way a gradient differs from the slope: by a factor, a sign, an order of axes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
CLOSE = 1e-3


@dataclass(frozen=True)
class Difference:
    """How one gradient came out of another, as far as its numbers tell."""

    says: str
    """Completes "the gradient ...", as "is -1 times the slope"."""
    cause: str
    mend: str


UNKNOWN = Difference(
    "is not the slope of the value",
    "a backward pass written by hand, a detached factor, or a term left out",
    "let the framework differentiate the formula, or hold the backward pass against it",
)


def difference(own: Array, slope: Array, point: Array, sure: Array) -> Difference:
    """Name the difference; `sure` marks the entries at which both can be compared."""
    large = sure & (abs(slope) > 1e-6 * abs(slope[sure]).max(initial=0.0)) & (slope != 0)
    if not large.any():
        return UNKNOWN
    if not own[sure].any():
        return Difference(
            "is zero",
            "the value was cut off from the graph: detach, no_grad, .item() or .data on the way",
            "compute the value from the prediction itself, without a detour over numbers",
        )
    ratio = own[large] / slope[large]
    if np.ptp(ratio) <= CLOSE * abs(ratio).max():
        return _factor(float(np.median(ratio)), own.shape)
    return _order(own, slope) or _link(own, slope, point, large) or _side(own, slope, sure)


def _factor(factor: float, shape: tuple[int, ...]) -> Difference:
    """Name a factor that is the same everywhere: a sign, a forgotten 2, a size of the batch."""
    sizes = [("entries", int(np.prod(shape)))]
    if len(shape) > 1:
        sizes += [("rows", shape[0]), ("columns", shape[-1])]
    if abs(factor + 1) < CLOSE:
        return Difference(
            "is -1 times the slope: its sign is wrong",
            "target - prediction where prediction - target is the slope, or a lost minus",
            "turn the sign of the gradient",
        )
    for name, size in sizes:
        if size > 2 and abs(abs(factor) / size - 1) < CLOSE:
            return _of_size(f"{_signed(factor)}{size} times the slope, the number of {name}", True)
        if size > 2 and abs(abs(factor) * size - 1) < CLOSE:
            return _of_size(f"{_signed(factor)}1/{size} of the slope, one over the {name}", False)
    return Difference(
        f"is {_number(factor)} times the slope",
        "a constant factor was lost or added on the way back, as the 2 of a square",
        f"divide the gradient by {_number(factor)}",
    )


def _of_size(says: str, larger: bool) -> Difference:
    value, slope = ("a mean", "a sum") if larger else ("a sum", "a mean")
    return Difference(
        f"is {says}",
        f"the value is {value}, and the gradient that of {slope}",
        f"{'divide' if larger else 'multiply'} the gradient by that number",
    )


def _signed(factor: float) -> str:
    return "-" if factor < 0 else ""


def _number(factor: float) -> str:
    for below in (1, 2, 3, 4):
        above = round(factor * below)
        if above and abs(factor * below - above) < CLOSE * abs(above):
            return f"{above}" if below == 1 else f"{above}/{below}"
    return f"{factor:.4g}"


def _order(own: Array, slope: Array) -> Difference | None:
    """Recognise a gradient with its axes or rows in another order."""
    if slope.ndim == 2 and own.shape == slope.T.shape and _alike(own, slope.T):
        return Difference(
            "is that of the transposed array", "a transposition lost", "transpose the gradient"
        )
    if slope.ndim and _alike(own, slope[::-1]):
        return Difference(
            "comes in the reverse order of the rows",
            "rows were sorted and not put back",
            "put the gradient back into the order of the rows",
        )
    return None


def _link(own: Array, slope: Array, point: Array, large: Array) -> Difference | None:
    """Recognise a gradient that stopped at the probability, before the sigmoid."""
    chance = 1 / (1 + np.exp(-np.clip(point, -700, 700)))
    if _alike((own * chance * (1 - chance))[large], slope[large]):
        return Difference(
            "is that in the probability, not in the logit",
            "the chain rule stops before the sigmoid",
            "multiply the gradient by p * (1 - p)",
        )
    return None


def _side(own: Array, slope: Array, sure: Array) -> Difference:
    """Recognise a gradient that is right for one sign of the slope only."""
    off = sure & (abs(own - slope) > CLOSE * abs(slope[sure]).max())
    for name, side in (("positive", slope > 0), ("negative", slope < 0)):
        if off.any() and not (sure & ~side & (slope != 0) & off).any() and (sure & ~side).any():
            return Difference(
                f"is wrong only where the slope is {name}",
                "a branch of the formula was differentiated wrongly, or with a lost sign",
                UNKNOWN.mend,
            )
    return UNKNOWN


def _alike(one: Array, other: Array) -> bool:
    room = CLOSE * abs(other).max(initial=0.0)
    return bool(one.shape == other.shape and (abs(one - other) <= room).all() and room > 0)
