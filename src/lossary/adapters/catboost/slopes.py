"""What CatBoost asks of a custom objective: slopes, some hundred rows at a time."""

from typing import Self

import numpy as np

from lossary.adapters.catboost.rows import Book
from lossary.adapters.catboost.turns import Turns
from lossary.adapters.estimators.judges import Seen
from lossary.adapters.estimators.objective import Objective

Array = np.ndarray
_NEAR = 1 << 15  # rows whose numbers stay near while they are worked on


class Slopes:
    """Slopes of rows of which only CatBoost's own labels are known, in single precision.

    CatBoost climbs: it wants the slopes of what is to grow, so both derivatives change their sign.
    It does not multiply them by the weights.
    """

    no_jit = True  # else CatBoost tries to compile this, or warns that it lacks a compiler

    def __init__(self, objective: Objective, start: float) -> None:
        self.objective, self.start = objective, start

    def __deepcopy__(self, memo: object) -> Self:
        return self  # CatBoost copies its parameters, but this is what it shall ask

    def calc_ders_range(self, approx: Array, label: Array, weight: Array | None) -> Array:
        """Return both derivatives of each row, of shape (n, 2)."""
        seen = self._seen(label, weight)
        return pairs(self.objective, approx + self.start, seen)

    def told(self, approx: Array, label: Array, weight: Array | None) -> tuple[Array, Seen, bool]:
        """Return raw scores after a round, their rows, and whether these rows train."""
        return approx + self.start, self._seen(label, weight), False

    def _seen(self, label: Array, weight: Array | None) -> Seen:
        target = label.astype(float)
        each = None if weight is None else weight.astype(float)
        return Seen(target, self.objective.encoded(target), each)


class NumberedSlopes(Slopes):
    """Slopes of rows known by number: computed for all rows at once, and handed out in pieces.

    After each round CatBoost shows the scores of all rows, to have them judged; as long as it then
    asks at these scores, what has been computed is handed out. `steady` says that it always does.
    """

    def __init__(self, objective: Objective, start: float, book: Book, *, steady: bool) -> None:
        super().__init__(objective, start)
        self.book, self.steady, self.turns = book, steady, Turns()
        self.raw = np.full(len(book.sets[0].target), start)
        self.pairs = pairs(objective, self.raw, book.sets[0])

    def calc_ders_range(self, approx: Array, label: Array, weight: Array | None) -> Array:
        self.turns.take()
        first = int(label[0])
        if self.steady and self.raw[first] == approx[0] + self.start:
            return self.pairs[first : first + len(approx)]
        return super().calc_ders_range(approx, label, weight)

    def told(self, approx: Array, label: Array, weight: Array | None) -> tuple[Array, Seen, bool]:
        place = self.book.place(label)
        if place > 0:
            return approx + self.start, self.book.sets[place], False
        if self.book.shuffled:
            self.raw[self.book.rows(label)] = approx + self.start
        else:
            np.add(approx, self.start, out=self.raw)
        if self.steady:
            pairs(self.objective, self.raw, self.book.sets[0], self.pairs)
        return self.raw, self.book.sets[0], True

    def _seen(self, label: Array, weight: Array | None) -> Seen:
        seen, rows = self.book.sets[0], self.book.rows(label)
        each = None if seen.weight is None else seen.weight[rows]
        return Seen(seen.target[rows], seen.encoded[rows], each)


def pairs(objective: Objective, raw: Array, seen: Seen, out: Array | None = None) -> Array:
    """Return the derivatives as CatBoost wants them, in `out` if it is given."""
    out = np.empty((len(raw), 2)) if out is None else out
    for first in range(0, len(raw), _NEAR):
        rows = slice(first, first + _NEAR)
        weight = None if seen.weight is None else seen.weight[rows]
        slope, curvature = objective.derivatives(raw[rows], seen.encoded[rows], weight)
        np.negative(slope, out=out[rows, 0])
        np.negative(curvature, out=out[rows, 1])
    return out
