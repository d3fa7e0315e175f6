"""Losses of one prediction and one target, entry by entry; slopes are derived from the formula."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.core.batch import Batch
from lossary.core.curvature import Curvature, exact
from lossary.core.derived import Derived

Array = Any


class Elementwise(Derived):
    """A loss whose formula sees one entry at a time; slopes and curvature are derived from it."""

    curvature_rule: ClassVar[Curvature] = exact
    components: ClassVar[tuple[str, ...]] = ()
    """Names of the numbers on the prediction's last axis where there are several; `value` is then
    handed a tuple of them."""

    @abstractmethod
    def value(self, xp: Any, prediction: Any, target: Any) -> Any:
        """Return the loss of each entry: maths alone."""

    def _values(self, batch: Batch) -> Array:
        return self.value(batch.xp, *self._split(batch))

    def _numbers(self, batch: Batch) -> tuple[Array, ...]:
        prediction, *others = self._split(batch)
        return (*prediction, *others) if self.components else (prediction, *others)

    def _shaped(self, batch: Batch, found: tuple[Array, ...]) -> Array:
        like = batch.xp.zeros_like(batch.arrays[-1])
        columns = tuple(like + each for each in found)
        return batch.xp.stack(columns, axis=-1) if self.components else columns[0]

    def _split(self, batch: Batch) -> tuple[Any, ...]:
        """Take the numbers on the prediction's last axis apart, where there are several."""
        if not self.components:
            return batch.arrays
        prediction, *others = batch.arrays
        return tuple(prediction[..., i] for i in range(len(self.components))), *others
