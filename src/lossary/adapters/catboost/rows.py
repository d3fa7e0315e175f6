"""Rows by number: labels that tell which rows CatBoost asks about, when it asks for slopes."""

from collections.abc import Sequence

import numpy as np

from lossary.adapters.estimators.judges import Seen

Array = np.ndarray
MOST = 1 << 24  # CatBoost keeps labels in single precision, which counts no further


class Book:
    """The rows that train, and those that are judged, under the numbers that their labels are.

    CatBoost asks for slopes some hundred rows at a time, and does not say which. So each label is
    its row's number, and what the loss sees stands here, in double precision. `ranked` numbers the
    training rows in the order of their targets, for statistics of categories are taken of labels.
    `shuffled` says that CatBoost asks about them in an order of its own.
    """

    def __init__(
        self, sets: Sequence[Seen], *, ranked: bool = False, shuffled: bool = False
    ) -> None:
        sizes = [len(each.target) for each in sets]
        self.starts = np.cumsum([0, *sizes[:-1]])
        numbers = [np.arange(size) + first for size, first in zip(sizes, self.starts, strict=True)]
        self.shuffled = ranked or shuffled
        if ranked:
            order = np.argsort(sets[0].target, kind="stable")
            numbers[0][order] = np.arange(sizes[0])
            sets = (_taken(sets[0], order), *sets[1:])
        self.sets = tuple(sets)
        """What the loss sees, in the order of the numbers."""
        self.labels = [each.astype(np.float32) for each in numbers]

    def place(self, label: Array) -> int:
        """Return whose rows these labels stand for: 0 is for those that train."""
        return int(np.searchsorted(self.starts, label[0], side="right")) - 1

    def rows(self, label: Array, place: int = 0) -> slice | Array:
        """Return which rows of a set these labels stand for."""
        if self.shuffled and place == 0:
            return label.astype(np.intp)
        first = int(label[0]) - int(self.starts[place])
        return slice(first, first + len(label))


def _taken(seen: Seen, order: Array) -> Seen:
    weight = None if seen.weight is None else seen.weight[order]
    return Seen(seen.target[order], seen.encoded[order], weight)
