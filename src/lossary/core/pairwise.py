"""Losses that compare the rows of a batch with each other: they need the whole batch at once."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.core.averaged import Averaged
from lossary.core.batch import Batch
from lossary.errors import AdditivityError

Array = Any


def rows_first(loss: Any) -> None:
    """Hold that what a loss compares stands along the first axes, where hosts gather rows.

    Raises:
        AdditivityError: it does not.
    """
    if any(pattern.axes[:1] != ("n",) for pattern in loss.sentences[0].inputs):
        raise AdditivityError(
            f"{loss.label} compares entries along other axes than the first, so those who hold "
            f"some of the rows cannot be put together: {loss.sentences[0]}."
        )


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
