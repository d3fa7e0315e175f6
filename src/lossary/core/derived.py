"""Slopes and curvatures computed from a loss's graphs, on any framework, without its autodiff."""

from typing import Any, ClassVar

from lossary.core.averaged import Averaged, denominator
from lossary.core.batch import Batch
from lossary.core.curvature import Curvature, none
from lossary.core.dispatch import answered
from lossary.core.trace import Trace, trace
from lossary.errors import GradientError
from lossary.numerics import ratio

Array = Any


class Derived(Averaged):
    """A loss whose formula can be traced: its slopes follow from it, and are not written."""

    curvature_rule: ClassVar[Curvature] = none("its entries see each other")

    def traced(self, place: int = 0) -> Trace:
        """Return the graphs of the value, slopes and curvatures, in the sentence at `place`."""
        return trace(self, place)

    def defined(self, request: str, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Any:
        if request == "curvature":
            return self._derived("curvatures", arrays, weight, mask, "sum")
        if request.startswith("gradient:"):
            return self._gradient(arrays, weight, mask, request.removeprefix("gradient:"))
        return super().defined(request, arrays, weight, mask)

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
        return self.defined("curvature", arrays, weight, mask) if found is None else found

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

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        if not self.trainable:
            raise GradientError(f"{self.label} is for judging, not for training: it has no slope.")
        return self._derived("slopes", arrays, weight, mask, reduction)

    def _derived(
        self, which: str, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str
    ) -> Array:
        """Compute the derived slopes or curvatures, each times its entry's weight."""
        batch, share = self._read(arrays, weight, mask)
        xp, backend = batch.xp, batch.backend
        with backend.quiet():
            found = self.traced(batch.place).evaluate(self, which, xp, self._numbers(batch))
            slopes = batch.spread(self._shaped(batch, found))
            if reduction == "mean":
                entry = (..., *([0] * batch.patterns[0].trailing(batch.entries)))
                count = denominator(batch, slopes[entry], share)
                slopes = ratio(xp, slopes, count + xp.zeros_like(slopes), 0.0)
            given = arrays[0]
            return backend.cast(slopes, given.dtype) if backend.kind(given) == "float" else slopes

    def _numbers(self, batch: Batch) -> tuple[Array, ...]:
        """Return one array for each symbol of the graphs."""
        return batch.arrays

    def _shaped(self, batch: Batch, found: tuple[Array, ...]) -> Array:
        """Bring slopes to the prediction's shape; a slope may be one number for all."""
        return found[0] + batch.xp.zeros_like(batch.arrays[0])
