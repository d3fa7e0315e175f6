"""Losses of whole rows: scores over classes and a label, or points and their distances."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.core.batch import Batch
from lossary.core.derived import Derived
from lossary.domains import labels, scores

Array = Any


class Rowwise(Derived):
    """A loss whose formula mixes the last axis; along the others, entries do not see each other."""

    @abstractmethod
    def value(self, xp: Any, *arrays: Array) -> Array:
        """Return one number for each row: maths alone."""

    def _values(self, batch: Batch) -> Array:
        return self.value(batch.xp, *batch.arrays)


class Classwise(Rowwise):
    """A loss of a row over k classes and a label, or a distribution over the labels.

    The classes stand on the last axis. A label outside 0 … k-1 gives NaN, never a plausible
    number; `check` says which one it was.
    """

    shapes: ClassVar[Any] = "... k, ... -> ..."
    prediction: ClassVar[Any] = scores
    target: ClassVar[Any] = labels
