"""Losses that compare the rows of a batch with each other: they need the whole batch at once."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.core.averaged import Averaged
from lossary.core.batch import Batch

Array = Any


class Pairwise(Averaged):
    """A loss of pairs of rows. Its parts do not add up; gather the rows of all ranks first."""

    shapes: ClassVar[Any] = "n d, n d -> n"

    @abstractmethod
    def value(self, xp: Any, *arrays: Any) -> Array:
        """Return one number for each row.

        The last argument, `present`, marks the rows that count (None for all): the others hold
        safe values, and must be left out of every pair.
        """

    def _values(self, batch: Batch) -> Array:
        return self.value(batch.xp, *batch.arrays, batch.valid)
