"""Batches from the domains in which a family is read, in the shapes that the contract gives."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lossary.verifier.batch import Array, Batch
from lossary.verifier.contract import Argument

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _unit(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    rows = rng.normal(size=shape)
    return rows / np.sqrt((rows * rows).sum(-1, keepdims=True))


def _boxes(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    corner = rng.uniform(0, 3, (*shape[:-1], 2))
    return np.concatenate([corner, corner + rng.uniform(1, 4, corner.shape)], axis=-1)


DOMAINS: dict[str, Draw] = {
    "real": lambda rng, shape: rng.normal(0, 2, shape),
    "logit": lambda rng, shape: rng.normal(0, 2, shape),
    "scores": lambda rng, shape: rng.normal(0, 2, shape),
    "small": lambda rng, shape: rng.normal(0, 0.7, shape),
    "positive": lambda rng, shape: np.exp(rng.normal(0, 0.7, shape)),
    "probability": lambda rng, shape: rng.uniform(0.03, 0.97, shape),
    "cosines": lambda rng, shape: rng.uniform(-0.9, 0.9, shape),
    "degree": lambda rng, shape: _both(rng.integers(0, 2, shape).astype(np.float64)),
    "side": lambda rng, shape: 2 * _both(rng.integers(0, 2, shape).astype(np.float64)) - 1,
    "counts": lambda rng, shape: rng.poisson(3.0, shape).astype(np.float64),
    "simplex": lambda rng, shape: _softmax(rng.normal(0, 1.5, shape)),
    "log_simplex": lambda rng, shape: np.log(_softmax(rng.normal(0, 1.5, shape))),
    "unit": _unit,
    "box": _boxes,
}


ROWWISE = ("scores", "cosines", "simplex", "log_simplex", "unit", "box")
"""Domains of whole rows: an array of one axis has none."""


def _both(array: Array) -> Array:
    """Have both a zero and a one in front, so that no batch is of one kind alone."""
    array.reshape(-1)[:2] = (0, 1)[: array.size]
    return array


def drawn(
    subject: Any, order: Sequence[str], domains: str, seed: int, rows: int
) -> tuple[Batch, tuple[Array, ...]]:
    """Draw a batch, and the same arrays in the order of the slots with classes last."""
    rng = np.random.default_rng(seed + 17)
    batch = subject.draw(seed, n=rows)
    for each in subject.contract.arguments:
        if each.role in ("weight", "mask"):
            batch = batch.with_(each.name, np.ones_like(batch[each.name]))
    for name, domain in zip(order, domains.split(), strict=True):
        if domain != "-":
            fresh = _fresh(rng, domain, subject.argument(name), batch, order)
            batch = batch.with_(name, fresh)
    return batch, seen(subject, order, batch)


def seen(subject: Any, order: Sequence[str], batch: Batch) -> tuple[Array, ...]:
    """Return the arrays as formulas see them: slot by slot, the classes on the last axis."""
    arrays, columns = [], _columns(subject, order)
    for name in order:
        array, axes = batch[name], subject.argument(name).axes
        place = _classes(subject.argument(name))
        if columns:
            array = np.squeeze(array, tuple(p for p, axis in enumerate(axes) if axis == "1"))
        arrays.append(array if place is None else np.moveaxis(array, place, -1))
    return tuple(arrays)


def _columns(subject: Any, order: Sequence[str]) -> bool:
    """Say whether one array stands in a column and another does not: a formula would cross them."""
    shapes = {subject.argument(name).axes for name in order}
    bare = {tuple(axis for axis in axes if axis != "1") for axes in shapes}
    return len(shapes) > 1 and len(bare) == 1


def _classes(argument: Argument) -> int | None:
    """Return where the classes stand, if the contract says so."""
    return argument.axes.index("k") if "k" in argument.axes else None


def _fresh(
    rng: np.random.Generator, domain: str, argument: Argument, batch: Batch, order: Sequence[str]
) -> Array:
    place = _classes(argument)
    shape = batch[argument.name].shape
    if place is not None:
        shape = (*shape[:place], *shape[place + 1 :], shape[place])
    if domain.startswith("k_") and place is None:
        raise ValueError(f"{argument.name} has no axis of classes")
    domain = domain.removeprefix("k_")
    if domain in ROWWISE and len(shape) < 2:
        raise ValueError(f"{argument.name} has no axis of classes")
    if domain == "classes":
        array = _class(rng, shape, batch[order[0]], len(shape))
    else:
        array = DOMAINS[domain](rng, shape)
    return array if place is None else np.moveaxis(array, -1, place)


def _class(rng: np.random.Generator, shape: tuple[int, ...], scores: Array, axes: int) -> Array:
    """Draw labels where the target has an axis less than the scores, else ones among zeros."""
    if axes not in (scores.ndim, scores.ndim - 1) or scores.ndim < 2:
        raise ValueError("neither labels nor memberships of the classes")
    if axes == scores.ndim:
        return np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
    own = [size for size in scores.shape if size not in shape] or [scores.shape[-1]]
    return rng.integers(0, own[0], shape)
