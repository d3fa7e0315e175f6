"""The sums a loss is made of. Parts of micro-batches or ranks add up; only `value` divides."""

from collections.abc import Callable
from typing import Any

from lossary.backends import containers
from lossary.errors import AdditivityError

Array = Any


class Parts:
    """Sums over the entries seen so far; `value` is the loss of all of them together.

    >>> import numpy as np, lossary
    >>> loss, p, t = lossary.SquaredError(), np.asarray([1.0, 2.0, 6.0]), np.zeros(3)
    >>> (loss.parts(p[:1], t[:1]) + loss.parts(p[1:], t[1:])).value == loss(p, t)
    np.True_
    """

    __slots__ = ("loss", "sums")

    def __init__(self, loss: Any, sums: tuple[Array, ...]) -> None:
        self.loss, self.sums = loss, tuple(sums)

    @property
    def value(self) -> Array:
        """The mean (for a ratio of sums: the mean over its classes) of all entries: one number."""
        return self.loss.finished(self.sums)

    @property
    def numerator(self) -> Array:
        """The weighted sum of the entries' losses."""
        return self._pair()[0]

    @property
    def denominator(self) -> Array:
        """The sum of the weights of the entries that count."""
        return self._pair()[1]

    def map(self, function: Callable[[Array], Array]) -> "Parts":
        """Apply a function to each sum, as an all-reduce that adds over ranks does."""
        return Parts(self.loss, tuple(function(each) for each in self.sums))

    def __add__(self, other: Any) -> "Parts":
        if not isinstance(other, Parts):
            return NotImplemented
        if other.loss != self.loss:
            raise AdditivityError(
                f"parts of {self.loss!r} and of {other.loss!r} do not add up.\n"
                f"Hint: add the losses instead, and take the parts of their sum."
            )
        pairs = zip(self.sums, other.sums, strict=True)
        return Parts(self.loss, tuple(mine + theirs for mine, theirs in pairs))

    def __radd__(self, other: Any) -> "Parts":
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __repr__(self) -> str:
        return f"Parts({self.loss!r}, {self.sums!r})"

    def flatten(self) -> tuple[tuple[Array, ...], Any]:
        """Take the arrays apart from what is known without them, for compilers."""
        return self.sums, self.loss

    @classmethod
    def unflatten(cls, loss: Any, sums: Any) -> "Parts":
        """Put together what `flatten` took apart."""
        return cls(loss, sums)

    def _pair(self) -> tuple[Array, ...]:
        if len(self.sums) != 2 or not self.loss.averaged:
            raise AdditivityError(
                f"{self.loss!r} is no quotient of two sums; its parts are .sums, and .value "
                f"finishes them."
            )
        return self.sums


containers.append(Parts)
