"""Leaves fitted again after each tree of CatBoost, which never says which row is in which leaf.

It does show how it moved the score of each row. So it is told the slopes when it grows a tree; but
when it fits the leaves, every row has a mark of its own, a random number. CatBoost moves the rows
of a leaf by the mean of their marks, and these steps tell leaves apart. Nobody else reads them, and
they are replaced in the model at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from lossary.adapters.catboost.rows import Book
from lossary.adapters.catboost.slopes import Slopes
from lossary.adapters.catboost.turns import Turns
from lossary.adapters.estimators.judges import Seen
from lossary.adapters.estimators.leaf_passes import add
from lossary.adapters.estimators.objective import Objective

Array = np.ndarray
_BINS = 1 << 16
_NEAR = 1 << 15  # rows whose numbers stay near while they are worked on
_LEAVES = 64  # of a tree, as a rule
_BLUR = 8 * np.finfo(float).eps  # of a score: adding a step rounds it, and so does taking it off


@dataclass(frozen=True, eq=False)
class Tree:
    """The steps by which CatBoost moved the rows of each leaf, in order, and what is put there."""

    steps: Array
    values: Array
    blur: float
    """By how much two steps of one leaf may differ: adding them to scores has rounded them."""

    def valued(self, steps: Array) -> Array:
        """Return the value of the leaf behind each step; zero where no training row was in it."""
        place = nearest(self.steps, steps)
        known = np.abs(self.steps[place] - steps) <= self.blur
        return np.where(known, self.values[place], 0.0)


class FittedSlopes(Slopes):
    """Slopes at raw scores of our own, whose leaves are fitted again after each tree."""

    def __init__(self, objective: Objective, start: float, book: Book, rate: float) -> None:
        super().__init__(objective, start)
        self.book, self.rate = book, rate
        train = book.sets[0]
        self.rule = objective.leaf_rule(train.encoded, train.weight)
        self.raw = [np.full(len(each.target), start) for each in book.sets]
        self.host = [np.zeros(len(each.target)) for each in book.sets]
        """CatBoost's own scores."""
        self.most = 0.0
        """The largest of them, so far."""
        self.trees: list[Tree] = []
        self.turns, self.lock, self.asked = Turns(), Lock(), 0
        self.pairs = np.full((len(train.target), 2), -1.0)
        self.marks = np.full_like(self.pairs, -1.0)
        self.marks[:, 0] = _marks(self.rule.kink)
        self._grow()

    def calc_ders_range(self, approx: Array, label: Array, weight: Array | None) -> Array:
        self.turns.take()
        with self.lock:  # a turn may be taken from a thread that was held up
            growing = self.asked < len(self.pairs)
            self.asked += len(approx)
        return (self.pairs if growing else self.marks)[self.book.rows(label)]

    def told(self, approx: Array, label: Array, weight: Array | None) -> tuple[Array, Seen, bool]:
        place = self.book.place(label)
        rows = self.book.rows(label, place)
        host, raw = self.host[place], self.raw[place]
        if place == 0 and self.book.shuffled:
            approx = _placed(approx, rows)
        step = approx - host
        self.most = max(self.most, float(approx.max()), -float(approx.min()))
        host[:] = approx
        if place == 0:
            self.trees.append(self._fitted(step, _BLUR * self.most))
            self._grow()
        else:
            raw += self.trees[-1].valued(step)
        return raw, self.book.sets[place], place == 0

    def leaf_values(self, host: Any) -> Array:
        """Return the values of all leaves of CatBoost's model, in its order."""
        steps = np.asarray(host.get_leaf_values())
        found = np.zeros(len(steps))
        first = 0
        for count, tree in zip(host.get_tree_leaf_counts().tolist(), self.trees, strict=False):
            found[first : first + count] = tree.valued(steps[first : first + count])
            first += count
        return found

    def _fitted(self, step: Array, width: float) -> Tree:
        """Fit the leaves that the steps of the training rows show, and add them to raw scores."""
        steps, leaf = told_apart(step, width)
        values = self.rule.values(self.raw[0], leaf, len(steps)) * self.rate
        add(self.raw[0], values, leaf)
        return Tree(steps, values, width)

    def _grow(self) -> None:
        """Make the pairs of the next round."""
        seen, raw = self.book.sets[0], self.raw[0]
        for rows in _pieces(len(raw)):
            weight = None if seen.weight is None else seen.weight[rows]
            slope, _ = self.objective.derivatives(raw[rows], seen.encoded[rows], weight)
            np.negative(slope, out=self.pairs[rows, 0])
        self.asked = 0


def _marks(kink: Array) -> Array:
    """Return marks whose means over leaves are as large as the values of leaves may be."""
    size = float(np.nanstd(kink)) or 1.0
    return np.random.default_rng(0).normal(
        scale=size * (len(kink) / _LEAVES) ** 0.5, size=len(kink)
    )


def _placed(approx: Array, rows: Any) -> Array:
    found = np.empty_like(approx)
    found[rows] = approx
    return found


def told_apart(step: Array, width: float) -> tuple[Array, Array]:
    """Return the different steps in order, and which of them each row has made, as 32-bit integers.

    Most leaves have a bin of their own, among many; the rows of others are sorted.
    """
    low, high = float(step.min()), float(step.max())
    fine = (_BINS - 1) / max(high - low, 1e-300)
    bins, shown = np.empty(len(step), np.int32), np.full(_BINS, np.nan)
    for rows in _pieces(len(step)):
        np.multiply(step[rows] - low, fine, out=bins[rows], casting="unsafe")
        shown[bins[rows]] = step[rows]
    mixed = np.zeros(_BINS, dtype=bool)
    for rows in _pieces(len(step)):
        off = np.abs(shown[bins[rows]] - step[rows]) > width
        if off.any():
            mixed[bins[rows][off]] = True
    rest = np.flatnonzero(mixed[bins]) if mixed.any() else np.zeros(0, dtype=np.intp)
    steps = _different(np.concatenate([shown[~mixed & ~np.isnan(shown)], step[rest]]), width)
    leaf = nearest(steps, shown).astype(np.int32)[bins]
    leaf[rest] = nearest(steps, step[rest])
    return steps, leaf


def _pieces(count: int) -> Iterator[slice]:
    return (slice(first, first + _NEAR) for first in range(0, count, _NEAR))


def _different(steps: Array, width: float) -> Array:
    steps = np.sort(steps)
    return steps[np.concatenate([[True], np.diff(steps) > width])]


def nearest(known: Array, steps: Array) -> Array:
    """Return which of the known steps, in order, is nearest to each."""
    return np.searchsorted((known[1:] + known[:-1]) / 2, steps)
