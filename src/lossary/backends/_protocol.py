"""What lossary asks of a framework: a namespace and a few verbs."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

Array = Any

_NOTHING = nullcontext()

containers: list[Any] = []
"""Classes with `flatten()` and `unflatten(facts, arrays)` that may leave a compiled function."""


class Backend(ABC):
    """One framework. `xp` is its namespace: the array API's words and a few stable primitives."""

    name: str
    xp: Any
    hints: dict[str, str]
    """How this framework spells an edit that may mend a shape: `{x}` is the array's name."""

    @abstractmethod
    def kind(self, array: Array) -> str:
        """Say whether the entries are "float", "integer", "boolean" or something "other"."""

    def shape(self, array: Array) -> tuple[Any, ...]:
        """Return the sizes of the axes; None where a traced program does not know one yet."""
        return tuple(array.shape)

    def refusal(self, kind: type) -> str | None:
        """Say why arrays of this class would be misread, or None where they are welcome."""
        return None

    @abstractmethod
    def wide(self, array: Array | None) -> Any:
        """Return the dtype to compute in for this array: its own, at least single precision."""

    @abstractmethod
    def cast(self, array: Array, dtype: Any) -> Array:
        """Return the array in another dtype; the same array if it has it already."""

    @abstractmethod
    def numpy(self, array: Array) -> Any:
        """Bring an array to NumPy, cut off from any graph; half precision comes in single."""

    @abstractmethod
    def device(self, array: Array) -> Any:
        """Say where the array lives, or None where that is not for us to know."""

    @abstractmethod
    def concrete(self, array: Array) -> bool:
        """Say whether the values can be looked at now, not only when a traced program runs."""

    @abstractmethod
    def gradient(self, function: Callable[[Array], Array], array: Array) -> Array:
        """Return the slope of a scalar function of one array, by the framework's own means."""

    @abstractmethod
    def count(self, array: Array) -> Any:
        """Return how many entries there are: a number, or an array where it is known later."""

    @abstractmethod
    def scalar(self, value: Any, like: Array) -> Array:
        """Make a count an array without axes, of the dtype and on the device of `like`."""

    @abstractmethod
    def array(self, values: Any, precision: str | None = None) -> Array:
        """Make a NumPy array one of this framework, its floats in a precision such as "float32"."""

    @abstractmethod
    def whole(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Compile a function of arrays in one piece, or raise; NumPy leaves it as it is."""

    def counter(self) -> Any:
        """Return a count of zero that a compiled function may carry: a number, or an array."""
        return 0

    def number(self, value: float, like: Array) -> Any:
        """Return a number that a compiled function may carry: a float, or an array like `like`."""
        return float(value)

    def real(self, count: Any, like: Array) -> Any:
        """Turn a count into a number that meets arrays like `like`."""
        return float(count)

    def sparse(self, array: Array) -> bool:
        """Say whether the array keeps some of its entries only."""
        return hasattr(array, "todense")

    def parted(self, arrays: Sequence[Array], slopes: Sequence[Array]) -> Sequence[Array]:
        """Return weights cut off from their graph, unless one of their slopes is on a graph."""
        return arrays

    def total(self, array: Array, axis: Any = None) -> Array:
        """Sum without saturating, however many entries there are."""
        return self.xp.sum(array, axis=axis)

    def taken(self, array: Array) -> Array:
        """Return a plain array of what was handed over, as a variable's value."""
        return array

    def held(self, arrays: tuple[Array, ...], patterns: tuple[Any, ...]) -> tuple[Array, ...]:
        """Hold sizes that only the running program knows against each other when it runs."""
        return arrays

    def quiet(self) -> AbstractContextManager[Any]:
        """Hold back warnings of branches that are computed but not taken."""
        return _NOTHING

    def __repr__(self) -> str:
        return f"<backend {self.name}>"
