"""Batches drawn from a contract: typical ones, of any number of rows."""

from typing import Any

import numpy as np

from lossary import domains
from lossary.testing.sampling import values
from lossary.verifier.batch import Array, Batch
from lossary.verifier.contract import Argument, Contract

SIZES = {"n": 6, "k": 4, "d": 3, "t": 5, "h": 4, "w": 5, "c": 3, "q": 3}
PICTURES = {"n": 2, "k": 3, "h": 4, "w": 5, "c": 3}
"""Sizes where there are pixels; no two axes of one array are as long as each other."""
UNKNOWN = 4
"""The size of an axis that nobody knows."""
FEWEST = 3
"""Steps where no axis is known to be that of steps: no other axis has fewer."""
COMMON = 0.05
"""What is kept free of the ends of a probability."""
LENGTH = "length of "
"""The domain of whole numbers from 1 to the size of the axis that it names."""
DIGITS, PRINTED = 3, 512
"""Digits behind the point, and entries up to which an array is one that a person may have to read;
of longer ones, rounding would make many equal."""


def draw(contract: Contract, seed: int = 0, **sizes: int) -> Batch:
    """Draw a batch; `n` is the number of rows, as `draw(contract, n=1)`."""
    rng = np.random.default_rng(seed)
    known = {**sizes_of(contract), **sizes, **contract.sizes}
    return Batch({each.name: array_of(each, known, rng) for each in contract.arguments})


def sizes_of(contract: Contract) -> dict[str, int]:
    """Return the usual sizes of a contract's axes: smaller ones where there are pixels."""
    used = {axis for each in contract.arguments for axis in each.axes}
    usual = {**SIZES, **PICTURES} if "h" in used else SIZES
    return {**usual, **({} if "t" in used else {"t": FEWEST}), **contract.sizes}


def shape_of(argument: Argument, sizes: Any) -> tuple[int, ...]:
    return tuple(int(axis) if axis.isdigit() else sizes[axis] for axis in argument.axes)


def array_of(argument: Argument, sizes: dict[str, int], rng: np.random.Generator) -> Array:
    """Draw one argument."""
    sizes = {**dict.fromkeys(argument.axes, UNKNOWN), **sizes}
    shape = shape_of(argument, sizes)
    if argument.domain == "box":
        corner = rng.uniform(0, 6, (*shape[:-1], 2))
        found = np.concatenate([corner, corner + rng.uniform(1, 5, corner.shape)], axis=-1)
        return _readable(argument, found)
    if argument.role == "mask":
        kept = rng.uniform(size=shape) < 0.7
        return kept.astype(np.float64) if argument.domain == "nonnegative" else kept
    return _readable(argument, _of_domain(argument, shape, sizes, rng))


def _readable(argument: Argument, array: Array) -> Array:
    """Round to three digits what a counter-example may print, where the domain allows it."""
    if array.dtype.kind != "f" or array.size > PRINTED or argument.domain == "log_probability":
        return array
    found = np.round(array, DIGITS)
    if argument.domain == "distribution":
        return _to_one(found, argument.axes.index("k") if "k" in argument.axes else -1)
    domain = getattr(domains, argument.domain, domains.real)
    return np.where(domain.outside(np, found), array, found)


def _to_one(array: Array, axis: int) -> Array:
    """Let rounded shares sum to one again: the largest of a row takes what is left over."""
    found = np.moveaxis(array.copy(), axis, -1)
    places = found.argmax(-1)[..., None]
    left = 1.0 - found.sum(-1, keepdims=True)
    largest = np.round(np.take_along_axis(found, places, -1) + left, DIGITS)
    np.put_along_axis(found, places, largest, -1)
    return np.moveaxis(found, -1, axis)


def _of_domain(
    argument: Argument, shape: tuple[int, ...], sizes: dict[str, int], rng: np.random.Generator
) -> Array:
    domain = argument.domain
    if domain == "degree":  # targets of yes and no, as nearly all of them are
        return _both(rng.integers(0, 2, shape).astype(np.float64), 0.0, 1.0)
    if domain == "side":
        return _both(2.0 * rng.integers(0, 2, shape) - 1.0, -1.0, 1.0)
    if domain in ("probability", "share", "inner"):
        return rng.uniform(COMMON, 1 - COMMON, shape)
    if domain == "labels":
        return rng.integers(0, sizes.get("k", 2), shape)
    if domain.startswith(LENGTH):
        return _lengths(sizes.get(domain.removeprefix(LENGTH), UNKNOWN), shape, rng)
    if domain in ("distribution", "log_probability") and "k" in argument.axes:
        return _shares(argument, shape, rng)
    if domain == "log_probability":
        return np.log(rng.uniform(COMMON, 1 - COMMON, shape))
    return values(getattr(domains, domain), rng, shape, sizes.get("k", 2))


def _lengths(steps: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draw how many steps count: half of them or more, and all of them in the first row."""
    found = rng.integers((steps + 1) // 2, steps + 1, shape)
    found.flat[:1] = steps
    return found


def _both(array: Array, low: float, high: float) -> Array:
    """See to it that a batch of several rows has both answers."""
    if array.size > 1 and array.min() == array.max():
        array = array.copy()
        array.flat[0] = low + high - array.flat[0]
    return array


def _shares(argument: Argument, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draw probabilities that sum to one over the classes, wherever that axis stands.

    Of targets some are certain; of predictions none is.
    """
    axis = argument.axes.index("k")
    rows = tuple(size for place, size in enumerate(shape) if place != axis)
    if argument.role == "prediction" or argument.domain == "log_probability":
        found = rng.dirichlet(np.full(shape[axis], 2.0), rows)
        found = (found + COMMON / shape[axis]) / (1 + COMMON)
    else:
        found = values(domains.distribution, rng, (*rows, shape[axis]))
    found = np.moveaxis(found, -1, axis)
    return np.log(found) if argument.domain == "log_probability" else found
