"""Arrays to measure on: predictions and targets of each kind, drawn from a generator."""

from collections.abc import Callable
from typing import Any

import numpy as np

Draw = Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]


def _normal(rng: np.random.Generator, shape: Any) -> np.ndarray:
    return 2 * rng.standard_normal(shape, dtype=np.float32)


def numbers(size: int) -> Draw:
    return lambda rng: (_normal(rng, size), _normal(rng, size))


def yes_or_no(size: int) -> Draw:
    return lambda rng: (_normal(rng, size), rng.integers(0, 2, size, np.int8).astype(np.float32))


def labels(rows: int, classes: int) -> Draw:
    return lambda rng: (_normal(rng, (rows, classes)), rng.integers(0, classes, rows))


def shares(rows: int, classes: int) -> Draw:
    def draw(rng: np.random.Generator) -> Any:
        found = rng.random((rows, classes), dtype=np.float32)
        return _normal(rng, (rows, classes)), found / found.sum(-1, keepdims=True)

    return draw


def volumes(images: int, classes: int, sides: tuple[int, ...]) -> Draw:
    """Probabilities with the classes first, and a label for each place."""

    def draw(rng: np.random.Generator) -> Any:
        found = rng.random((images, classes, *sides), dtype=np.float32)
        return found / found.sum(1, keepdims=True), rng.integers(0, classes, (images, *sides))

    return draw


def masks(images: int, classes: int, side: int) -> Draw:
    """Probabilities with the classes last, and one mask for each class."""

    def draw(rng: np.random.Generator) -> Any:
        chances, places = volumes(images, classes, (side,) * 3)(rng)
        hot = (places[..., None] == np.arange(classes)).astype(np.float32)
        return np.ascontiguousarray(np.moveaxis(chances, 1, -1)), hot

    return draw
