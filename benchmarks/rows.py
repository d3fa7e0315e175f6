"""What is measured: which losses, on arrays of which size, and the least that must be moved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import lossary

Draw = Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]
SIZES = (256, 65_536, 4_194_304)


@dataclass(frozen=True)
class Row:
    """One loss on arrays of one size; `exps`: exponentials that no entry can go without."""

    loss: Any
    size: str
    draw: Draw
    exps: int = 0

    @property
    def name(self) -> str:
        return type(self.loss).__name__

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return self.draw(np.random.default_rng(0))

    def least(self) -> dict[str, tuple[int, int]]:
        """Bytes and exponentials without which no pass can be: read all, and write the slope."""
        prediction, target = self.arrays()
        read, exps = prediction.nbytes + target.nbytes, self.exps * prediction.size
        return {"forward": (read, exps), "both": (read + prediction.nbytes, exps)}


def _single(*arrays: np.ndarray) -> Any:
    return tuple(each.astype(np.float32) for each in arrays)


def _numbers(size: int) -> Draw:
    return lambda rng: _single(rng.normal(0, 2, size), rng.normal(0, 2, size))


def _yes_or_no(size: int) -> Draw:
    return lambda rng: _single(rng.normal(0, 2, size), rng.integers(0, 2, size))


def _labels(rows: int, classes: int) -> Draw:
    return lambda rng: (
        *_single(rng.normal(0, 2, (rows, classes))), rng.integers(0, classes, rows)
    )  # fmt: skip


def _masks(images: int, classes: int, side: int) -> Draw:
    def draw(rng: np.random.Generator) -> Any:
        place = (images, side, side, side)
        shares = rng.random((*place, classes), dtype=np.float32)
        shares /= shares.sum(-1, keepdims=True)
        labels = rng.integers(0, classes, place)
        return shares, (labels[..., None] == np.arange(classes)).astype(np.float32)

    return draw


def rows(quick: bool = False) -> list[Row]:
    """List what is measured; `quick` leaves out all that takes more than an instant."""
    found = []
    for size in SIZES[:1] if quick else SIZES:
        found += [
            Row(lossary.SquaredError(), f"{size:,}", _numbers(size)),
            Row(lossary.Huber(), f"{size:,}", _numbers(size)),
            Row(lossary.BinaryCrossEntropy(), f"{size:,}", _yes_or_no(size), exps=1),
            Row(lossary.SigmoidFocal(), f"{size:,}", _yes_or_no(size), exps=1),
        ]
    found += [Row(lossary.CrossEntropy(), "32 × 10", _labels(32, 10), exps=1)]
    if not quick:
        found += [
            Row(lossary.CrossEntropy(), "8,192 × 1,000", _labels(8192, 1000), exps=1),
            Row(lossary.Dice(pool="image"), "2 × 4 × 96³", _masks(2, 4, 96)),
        ]
    return found
