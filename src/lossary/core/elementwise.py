"""Losses of one prediction and one target, entry by entry; slopes are derived from the formula."""

from abc import abstractmethod
from typing import Any, ClassVar

from lossary.core.averaged import Averaged, denominator
from lossary.core.batch import Batch, read
from lossary.core.curvature import Curvature, exact
from lossary.core.trace import Trace, trace
from lossary.errors import GradientError
from lossary.numerics import ratio

Array = Any


class Elementwise(Averaged):
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
        return self._derived("curvatures", (prediction, target), weight, mask, "sum")

    def traced(self) -> Trace:
        """Return the graphs of this loss's value, slopes and curvatures."""
        return trace(self)

    def _values(self, batch: Batch) -> Array:
        return self.value(batch.xp, *self._split(batch))

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        if not self.trainable:
            raise GradientError(f"{self.label} is for judging, not for training: it has no slope.")
        return self._derived("slopes", arrays, weight, mask, reduction)

    def _derived(
        self, which: str, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str
    ) -> Array:
        """Compute the derived slopes or curvatures, each times its entry's weight."""
        batch = read(self, arrays, weight, mask)
        xp, backend = batch.xp, batch.backend
        with backend.quiet():
            found = trace(self).evaluate(self, which, xp, *self._split(batch))
            like = xp.zeros_like(batch.arrays[-1])  # a slope may be one number for all
            columns = tuple(batch.spread(like + each) for each in found)
            slopes = xp.stack(columns, axis=-1) if self.components else columns[0]
            if reduction == "mean":
                slopes = ratio(xp, slopes, denominator(batch, like) + xp.zeros_like(slopes), 0.0)
        given = arrays[0]
        return backend.cast(slopes, given.dtype) if backend.kind(given) == "float" else slopes

    def _split(self, batch: Batch) -> tuple[Any, ...]:
        """Take the numbers on the prediction's last axis apart, where there are several."""
        if not self.components:
            return batch.arrays
        prediction, *others = batch.arrays
        return tuple(prediction[..., i] for i in range(len(self.components))), *others
