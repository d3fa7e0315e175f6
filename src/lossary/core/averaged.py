"""Losses whose entries are averaged: a numerator, a denominator, one division at the end."""

from abc import abstractmethod
from typing import Any

from lossary.core.batch import Batch, read
from lossary.core.formula import Formula
from lossary.errors import ShapeError

Array = Any


class Averaged(Formula):
    """A loss that has a number for each entry; their weighted mean is its value."""

    def share(self, xp: Any, *arrays: Array) -> Array | None:
        """Return how much each entry counts by the definition itself, or None for one each.

        It enters the mean's denominator; `value` has it in the numerator already. Class weights
        are such a share: the mean is over what the classes weigh, not over entries.
        """
        return None

    def normaliser(self, xp: Any, like: Array) -> Array | None:
        """Return log ∫ exp(-loss) over all targets, in the dtype of `like`; None if unknown.

        With it, the loss is a negative log-likelihood, and its parameters can be learned: without
        it, what makes the loss small by itself is learned as well. It is zero for a loss that is
        one as it stands.
        """
        return None

    @property
    def share_removes(self) -> bool:
        """Whether an entry whose own share is zero is not felt at all."""
        return True

    @abstractmethod
    def _values(self, batch: Batch) -> Array:
        """Return the formula's number for each entry."""

    def _read(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Batch, Any]:
        """Read a call; an entry whose own share is zero does not count either."""
        batch = read(self, arrays, weight, mask)
        share = self.share(batch.xp, *batch.arrays)
        if share is None or not self.share_removes:
            return batch, share
        return batch.narrowed(share != 0), share

    def _sums(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        batch, share = self._read(arrays, weight, mask)
        with batch.backend.quiet():
            values = self._fitting(batch, self._values(batch))
            total = batch.backend.total(batch.spread(values))
            return total, denominator(batch, values, share)

    def _entries(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Array:
        batch, _ = self._read(arrays, weight, mask)
        with batch.backend.quiet():
            return batch.spread(self._fitting(batch, self._values(batch)))

    def _fitting(self, batch: Batch, values: Array) -> Array:
        """Hold what the formula gave against the entries: a sum over a wrong axis shows here."""
        given = batch.backend.shape(values)
        if not batch.entries.bind(given, dict(batch.sizes)):
            raise ShapeError(
                f"{self.label}: the formula must give one number for each entry of "
                f"{batch.entries}, but gives {given}.\nHint: sums go over axis=-1."
            )
        return values

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        return self._by_framework(arrays, weight, mask, reduction)


def denominator(batch: Batch, values: Array, share: Array | None = None) -> Array:
    """Sum up what the entries of `values` weigh; counts are integers, which do not saturate."""
    xp = batch.xp
    if share is not None:
        return batch.backend.total(batch.spread(share))
    if batch.weight is not None:
        return batch.backend.total(batch.kept(batch.weight))
    count = (
        batch.backend.count(values)
        if batch.valid is None
        else xp.sum(xp.astype(batch.valid, xp.int64))
    )
    return batch.backend.scalar(count, values)
