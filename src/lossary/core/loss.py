"""What every loss can be asked: a number, its parts, its slope, a check; and how losses add up."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from lossary.backends import backend_of
from lossary.core.checking import PASSED, check_values
from lossary.core.dispatch import answered
from lossary.core.parts import Parts
from lossary.core.shapes import Pattern, Sentence
from lossary.domains import Domain
from lossary.errors import AdditivityError, ArgumentError, GradientError, nearest

Array = Any
REDUCTIONS = ("mean", "sum", "none")


class Loss(ABC):
    """A frozen value that judges predictions against targets. The smaller, the better.

    Call it with arrays of NumPy, PyTorch, JAX or TensorFlow, the prediction first.
    """

    prediction: ClassVar[Any]
    target: ClassVar[Any]
    trainable: ClassVar[bool] = True
    averaged: bool = True
    """Whether the parts are a numerator and a denominator."""
    lower_bound: float = 0.0
    """No entry of the loss lies below it, wherever its arrays lie in their domains."""

    names: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    domains: tuple[tuple[Domain, ...], ...]

    def __call__(
        self,
        prediction: Array,
        target: Array,
        *others: Array,
        weight: Array | None = None,
        mask: Array | None = None,
        reduction: str = "mean",
        check: str = "never",
    ) -> Array:
        """Return the loss.

        Args:
            prediction, target: arrays shaped as the loss's sentence says.
            weight: how much each entry counts, zero or more; shaped like the entries.
            mask: True where an entry counts; what does not count is not felt, NaN included.
            reduction: "mean" is sum(weight · loss) / sum(weight) over the entries that count,
                "sum" its numerator, "none" the weighted entries themselves.
            check: "first" holds values against the domains until one batch has passed (in this
                process, for this loss or its equal), "always" those of every call; traced calls
                (jit) cannot be looked at.

        Returns:
            An array of the caller's framework, in single precision or wider.

        Raises:
            ShapeError, DtypeError, BackendError, DomainError, ArgumentError: say how to mend it.
        """
        arrays = (prediction, target, *others)
        if check != "never":
            self._look(arrays, weight, mask, check)
        if reduction not in REDUCTIONS:
            raise ArgumentError(f"reduction={reduction!r}: {nearest(str(reduction), REDUCTIONS)}")
        found = answered(self, reduction, arrays, weight, mask)
        return self.defined(reduction, arrays, weight, mask) if found is None else found

    def defined(self, request: str, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Any:
        """Answer "mean", "sum", "none" or "parts" by the definition alone."""
        if request == "mean":
            return self.finished(self._sums(arrays, weight, mask))
        if request == "parts":
            return self._sums(arrays, weight, mask)
        entries = self._entries(arrays, weight, mask)
        return entries if request == "none" else backend_of(*arrays).xp.sum(entries)

    def parts(
        self,
        prediction: Array,
        target: Array,
        *others: Array,
        weight: Array | None = None,
        mask: Array | None = None,
    ) -> Parts:
        """Return the sums of these entries; parts of micro-batches and ranks add up exactly.

        Raises:
            AdditivityError: each row is judged against the whole batch, so no sums suffice.
        """
        if not self.additive:
            raise AdditivityError(
                f"{self.label} compares the rows of a batch with each other, so micro-batches and "
                f"ranks do not add up.\nHint: gather all rows first, then call the loss once."
            )
        return Parts(self, self.summed((prediction, target, *others), weight, mask))

    def gradient(
        self,
        prediction: Array,
        target: Array,
        *others: Array,
        weight: Array | None = None,
        mask: Array | None = None,
        reduction: str = "sum",
    ) -> Array:
        """Return the slope of the reduced loss in each entry of the first array, in its shape.

        The default "sum" gives each entry its own slope, as boosters ask for.

        Raises:
            GradientError: the loss is for judging, not for training.
            ArgumentError: the reduction is neither "sum" nor "mean".
        """
        if reduction not in ("sum", "mean"):
            raise ArgumentError(f"gradient(reduction={reduction!r}): expected 'sum' or 'mean'.")
        arrays = (prediction, target, *others)
        found = answered(self, f"gradient:{reduction}", arrays, weight, mask)
        return self._gradient(arrays, weight, mask, reduction) if found is None else found

    def summed(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        """Return the sums of these entries, by a kernel where there is one."""
        found = answered(self, "parts", arrays, weight, mask)
        return self._sums(arrays, weight, mask) if found is None else found

    def check(
        self,
        prediction: Array,
        target: Array,
        *others: Array,
        weight: Array | None = None,
        mask: Array | None = None,
    ) -> None:
        """Hold shapes, dtypes and values against what the loss declares; silent if all is well.

        Raises:
            DomainError: says the argument, the first wrong value, its place and the mend.
        """
        self._check((prediction, target, *others), weight, mask)

    def curvature(
        self, prediction: Array, target: Array, *, weight: Any = None, mask: Any = None
    ) -> Array:
        """Return what a Newton step divides the gradient by, entry by entry.

        Raises:
            GradientError: the entries of this loss see each other, so there is no such number.
        """
        raise GradientError(
            f"{self.label} has no curvature for each entry: what it makes of one depends on others."
        )

    def _check(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> None:
        check_values(self, arrays, weight, mask)

    @property
    @abstractmethod
    def label(self) -> str:
        """What error messages call this loss."""

    @property
    @abstractmethod
    def entries(self) -> Pattern:
        """The axes of one weight."""

    @property
    @abstractmethod
    def additive(self) -> bool:
        """Whether parts of micro-batches add up to those of the whole batch."""

    @property
    @abstractmethod
    def width(self) -> int:
        """How many sums the parts hold."""

    @abstractmethod
    def finished(self, sums: tuple[Array, ...]) -> Array:
        """Turn the sums of all entries into one number."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return name, version and parameters as plain data."""

    @abstractmethod
    def fits(self, sizes: dict[str, Any]) -> None:
        """Raise a ShapeError if a parameter is not as long as its axis."""

    @abstractmethod
    def _sums(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]: ...

    @abstractmethod
    def _entries(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Array: ...

    @abstractmethod
    def _gradient(
        self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str
    ) -> Array: ...

    def _look(self, arrays: tuple[Array, ...], weight: Any, mask: Any, check: str) -> None:
        if check not in ("first", "always"):
            raise ArgumentError(f"check={check!r}: expected 'never', 'first' or 'always'.")
        concrete = backend_of(*arrays).concrete
        if all(map(concrete, arrays)) and (check == "always" or self not in PASSED):
            self._check(arrays, weight, mask)
            PASSED.add(self)  # not before: a batch that failed is looked at again
