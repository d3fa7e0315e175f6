"""What is measured: which losses, on arrays of which size, where, and the least to be moved."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import lossary
from benchmarks import draws

EVERYWHERE = ("numpy", "torch", "jax", "tensorflow")
PLAIN = ("numpy", "torch")
SMALL, MIDDLE, MILLION, LARGE, WIDEST = 256, 65_536, 1 << 20, 1 << 22, 1 << 24


@dataclass(frozen=True)
class Row:
    """One loss on arrays of one size, and the frameworks it is measured on.

    `compiled` adds torch.compile; `defined` adds our definition, with kernels off; `exps` are the
    exponentials that no entry can go without. A pass is "forward" (the value), "both" (and the
    slope), or "bend" (slope and curvature of every entry).
    """

    loss: Any
    size: str
    entries: int
    draw: draws.Draw
    exps: int = 0
    hosts: tuple[str, ...] = PLAIN
    passes: tuple[str, ...] = ("forward", "both")
    compiled: bool = False
    defined: bool = True
    labels: bool = True
    classes: int = 1
    classes_first: bool = False

    @property
    def name(self) -> str:
        return type(self.loss).__name__

    @property
    def title(self) -> str:
        """The loss with what is set on it, and the kind of target where there are two."""
        usual = type(self.loss)().parameters()
        told = [f"{k}={v!r}" for k, v in self.loss.parameters().items() if v != usual[k]]
        told += [] if self.labels else ["shares"]
        return f"{self.name}({', '.join(told)})" if told else self.name

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return self.draw(np.random.default_rng(0))

    def least(self, arrays: tuple[np.ndarray, ...]) -> dict[str, tuple[int, int]]:
        """Bytes and exponentials without which no pass can be: read all, and write what is asked.

        Where sums over all entries come before any slope, the slopes read all once more.
        """
        prediction, target = arrays
        again = 2 if self.name == "Dice" else 1
        read, exps = prediction.nbytes + target.nbytes, self.exps * prediction.size
        return {
            "forward": (read, exps),
            "both": (again * read + prediction.nbytes, exps),
            "bend": (read + 2 * prediction.nbytes, exps),
        }


def rows(part: str = "whole") -> list[Row]:
    """List what is measured: the "whole", a "quick" look, or the "widest" rows alone."""
    if part == "quick":
        return [*_of_entries(SMALL, hosts=PLAIN), *_small()]
    if part == "widest":
        return _of_entries(WIDEST, hosts=("torch",), passes=("both",), defined=False)
    found = [
        *_of_entries(SMALL, hosts=EVERYWHERE, compiled=True),
        *_of_entries(MIDDLE),
        *_of_entries(LARGE, hosts=EVERYWHERE, compiled=True),
        *_of_entries(WIDEST, defined=False),
    ]
    found += [
        Row(loss, f"{MILLION:,}", MILLION, draws.yes_or_no(MILLION), 1, ("numpy",), ("bend",))
        for loss in (lossary.BinaryCrossEntropy(), lossary.SigmoidFocal())
    ]
    return found + _small() + _of_classes() + _of_volumes()


def _of_entries(size: int, **where: Any) -> list[Row]:
    numbers = (lossary.SquaredError(), lossary.AbsoluteError(), lossary.Huber())
    answers = (lossary.BinaryCrossEntropy(), lossary.SigmoidFocal())
    return [
        *(Row(loss, f"{size:,}", size, draws.numbers(size), **where) for loss in numbers),
        *(Row(loss, f"{size:,}", size, draws.yes_or_no(size), 1, **where) for loss in answers),
    ]


def _small() -> list[Row]:
    """256 entries of losses that have more than one axis."""
    crossed = Row(lossary.CrossEntropy(), "32 × 8", SMALL, draws.labels(32, 8), 1, classes=8)
    draw, image = draws.volumes(2, 4, (2, 4, 4)), lossary.Dice(pool="image")
    return [crossed, Row(image, "2 × 4 × 32", SMALL, draw, classes_first=True)]


def _of_classes() -> list[Row]:
    plain, smooth = lossary.CrossEntropy(), lossary.CrossEntropy(smoothing=0.1)
    usual = {"hosts": EVERYWHERE, "compiled": True, "exps": 1}
    wide = {"hosts": ("torch",), "passes": ("both",), "defined": False, "exps": 1}
    found = []
    for n, k, where in ((8192, 1000, usual), (2048, 50257, wide)):
        size, torch = (f"{n:,} × {k:,}", n * k), where | {"hosts": ("torch",)}
        found += [
            Row(plain, *size, draws.labels(n, k), classes=k, **where),
            Row(smooth, *size, draws.labels(n, k), **torch),
            Row(plain, *size, draws.shares(n, k), labels=False, **torch),
        ]
    return found


def _of_volumes() -> list[Row]:
    draw, where = draws.volumes(2, 4, (96, 96, 96)), {"classes_first": True, "compiled": True}
    image, batch, size = lossary.Dice(pool="image"), lossary.Dice(), 2 * 4 * 96**3
    return [
        Row(image, "2 × 4 × 96³", size, draw, **where),
        Row(batch, "2 × 4 × 96³", size, draw, hosts=("torch",), **where),
        Row(
            image, "2 × 96³ × 4", size, draws.masks(2, 4, 96),
            hosts=("torch", "jax", "tensorflow"), labels=False,
        ),
    ]  # fmt: skip
