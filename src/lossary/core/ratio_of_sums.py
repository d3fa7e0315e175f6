"""Losses that are a function of a few sums over the batch, as Dice and the root mean square."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.backends import Backend, backend_of
from lossary.core.batch import Batch, expanded, read
from lossary.core.dispatch import answered
from lossary.core.formula import Formula
from lossary.core.shapes import Pattern
from lossary.core.trace import Sums, trace_sums
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
        return 2 if self.averaged else len(self.sums) + 1

    def finished(self, sums: tuple[Array, ...]) -> Array:
        if self.averaged:
            return super().finished(sums)
        backend = backend_of(*sums)
        with backend.quiet():
            values = self._finish(backend, sums)
            count = backend.scalar(backend.count(values), values)
            return ratio(backend.xp, backend.xp.sum(values), count, 0.0)

    def _sums(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        sums = self._pooled(arrays, weight, mask)
        if not self.averaged:
            return sums
        backend = backend_of(*sums)
        xp = backend.xp
        with backend.quiet():
            values = self._finish(backend, sums)
            rows = xp.where(sums[-1][:, None] > 0, xp.ones_like(values), 0.0)
            return xp.sum(values), xp.sum(rows)

    def _entries(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Array:
        sums = self._pooled(arrays, weight, mask)
        backend = backend_of(*sums)
        with backend.quiet():
            return self._finish(backend, sums)

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        return self._by_framework(arrays, weight, mask, reduction)

    def traced(self, place: int = 0) -> Sums:
        """Return the graphs of what an entry adds to the sums, in the sentence at `place`."""
        return trace_sums(self, place)

    def pooled(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        """Return the sums, and last how many entries counted in them, by the definition alone."""
        batch = read(self, arrays, weight, mask)
        rows = 1 if self.averaged else 0
        axes = tuple(range(rows, rows + len(batch.sizes["..."])))
        total = batch.backend.total
        with batch.backend.quiet():
            each = self.contributions(batch.xp, *batch.arrays)
            ones = batch.kept(batch.xp.ones_like(_entry(batch)))
            return (*(total(batch.spread(one), axis=axes) for one in each), total(ones, axis=axes))

    def _pooled(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        """Return what `pooled` does, by a kernel where there is one; finishing is the same."""
        found = answered(self, "pooled", arrays, weight, mask)
        return self.pooled(arrays, weight, mask) if found is None else found

    def _finish(self, backend: Backend, sums: tuple[Array, ...]) -> Array:
        """Finish the sums; where nothing counted, the loss is zero whatever the formula says."""
        xp, count = backend.xp, sums[-1]
        nothing = count == 0
        safe = []
        for each in sums[:-1]:
            empty = expanded(nothing, each.ndim - count.ndim)
            safe.append(xp.where(empty, xp.ones_like(each), each))
        values = self.finish(xp, *safe)
        empty = expanded(nothing, values.ndim - count.ndim)
        return xp.where(empty, xp.zeros_like(values), values)


def _entry(batch: Batch) -> Array:
    """Return an array with one float for each entry."""
    trailing = range(-batch.patterns[0].trailing(batch.entries), 0)
    first = batch.arrays[0]
    return batch.xp.sum(first, axis=tuple(trailing)) if trailing else first
