"""Losses that are a function of a few sums over the batch, as Dice and the root mean square."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.backends import backend_of
from lossary.core.batch import Batch, read
from lossary.core.formula import Formula
from lossary.core.shapes import Pattern
from lossary.numerics import ratio

Array = Any


class RatioOfSums(Formula):
    """A loss whose sums add up over micro-batches and ranks, and are finished at the very end.

    Axes of the entries that do not come out of the shape sentence are summed over. If the rows `n`
    come out, each row is finished by itself and the rows are averaged; a row in which no entry
    counts is left out.
    """

    method: ClassVar[str] = "contributions"
    sums: ClassVar[tuple[str, ...]]
    """Names of the sums, in the order in which `contributions` gives what is summed."""

    @abstractmethod
    def contributions(self, xp: Any, prediction: Array, target: Array) -> tuple[Array, ...]:
        """Return what each entry adds to each sum."""

    @abstractmethod
    def finish(self, xp: Any, *sums: Array) -> Array:
        """Return the loss from the sums, one number for each class (or one in all)."""

    @property
    def entries(self) -> Pattern:
        return Pattern(("n", "...") if self.averaged else ("...",))

    @property
    def averaged(self) -> bool:  # type: ignore[override]
        return "n" in self.sentences[0].output.axes

    @property
    def additive(self) -> bool:
        return True

    @property
    def width(self) -> int:
        return 2 if self.averaged else len(self.sums)

    def finished(self, sums: tuple[Array, ...]) -> Array:
        if self.averaged:
            return super().finished(sums)
        backend = backend_of(*sums)
        with backend.quiet():
            values = self.finish(backend.xp, *sums)
            count = backend.scalar(backend.count(values), values)
            total = backend.xp.sum(values)
            return ratio(backend.xp, total, backend.cast(count, values.dtype), 0.0)

    def _sums(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        batch = read(self, arrays, weight, mask)
        with batch.backend.quiet():
            sums = self._pooled(batch)
            if not self.averaged:
                return sums
            values = self.finish(batch.xp, *sums)
            counts = self._rows(batch, values)
            return batch.xp.sum(values * counts), batch.xp.sum(counts)

    def _entries(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Array:
        batch = read(self, arrays, weight, mask)
        with batch.backend.quiet():
            values = self.finish(batch.xp, *self._pooled(batch))
            return values * self._rows(batch, values) if self.averaged else values

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        return self._by_framework(arrays, weight, mask, reduction)

    def _pooled(self, batch: Batch) -> tuple[Array, ...]:
        axes = self._pooled_axes(batch)
        each = self.contributions(batch.xp, *batch.arrays)
        return tuple(batch.xp.sum(batch.spread(one), axis=axes) for one in each)

    def _pooled_axes(self, batch: Batch) -> tuple[int, ...]:
        rows = 1 if self.averaged else 0
        return tuple(range(rows, rows + len(batch.sizes["..."])))

    def _rows(self, batch: Batch, values: Array) -> Array:
        """Say of each finished number whether any of its entries counted: 1 or 0."""
        ones = batch.xp.ones_like(values)
        if batch.valid is None:
            return ones
        counted = batch.xp.astype(batch.valid, values.dtype)
        axes = self._pooled_axes(batch)
        some = batch.xp.max(counted, axis=axes) if axes else counted
        return ones * some[:, None]
