"""Losses of one prediction and one target, entry by entry; slopes are derived from the formula."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.core.batch import Batch
from lossary.core.curvature import Curvature, exact
from lossary.core.derived import Derived
from lossary.core.dispatch import answered
from lossary.errors import GradientError

Array = Any


class Elementwise(Derived):
    """A loss whose formula sees one entry at a time; slopes and curvature are derived from it."""

    components: ClassVar[tuple[str, ...]] = ()
    """Names of the numbers on the prediction's last axis where there are several; `value` is then
    handed a tuple of them."""
    curvature_rule: ClassVar[Curvature] = exact

    @abstractmethod
    def value(self, xp: Any, prediction: Any, target: Any) -> Any:
        """Return the loss of each entry: maths alone."""

    def curvature(
        self, prediction: Array, target: Array, *, weight: Any = None, mask: Any = None
    ) -> Array:
        """Return, in the prediction's shape, what a Newton step divides the gradient by.

        It is the second derivative, or what the loss's curvature rule puts in its place.

        Raises:
            GradientError: the loss is for judging, not for training.
        """
        if self.curvature_rule.rule == "none":
            raise GradientError(f"{self.label} has no curvature: {self.curvature_rule.reason}.")
        arrays = (prediction, target)
        found = answered(self, "curvature", arrays, weight, mask)
        if found is not None:
            return found
        return self._derived("curvatures", arrays, weight, mask, "sum")

    def derivatives(
        self, prediction: Array, target: Array, *, weight: Any = None, mask: Any = None
    ) -> tuple[Array, Array]:
        """Return gradient and curvature of the sum, as boosters ask for them: in one pass.

        Both have the prediction's shape.

        Raises:
            GradientError: the loss is for judging, not for training.
        """
        found = None
        if self.trainable and self.curvature_rule.rule != "none":
            arrays = (prediction, target)
            found = answered(self, "derivatives", arrays, weight, mask)
        if found is not None:
            return found
        gradient = self.gradient(prediction, target, weight=weight, mask=mask)
        return gradient, self.curvature(prediction, target, weight=weight, mask=mask)

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
