"""What the verifier asks of the framework a loss was written for."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.backends import backend_named

Array = Any
Function = Callable[..., Any]


@dataclass(frozen=True)
class Kept:
    """An array that a loss keeps between its calls."""

    kind: str
    """parameter, buffer, or attribute: a plain one that no framework moves along."""
    shape: tuple[int, ...]
    precision: str
    """float32, int64 and so on."""
    device: str
    values: Array
    """As a NumPy array, in double precision where it holds floats."""


class Host(ABC):
    """A framework as somebody else's loss meets it: arrays in, numbers and slopes out."""

    name: str
    """torch, jax, tensorflow, keras or numpy."""
    slopes: bool = True
    """Whether it differentiates by itself; NumPy does not."""
    precisions: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")

    @property
    def backend(self) -> Any:
        return backend_named(self.name)

    def array(self, values: Array, precision: str = "float64") -> Array:
        """Bring a NumPy array over; floats in the precision, integers and booleans as they are."""
        return self.backend.array(values, precision)

    def numpy(self, array: Any) -> Array:
        """Bring a result back: floats in double precision, whatever they were computed in."""
        found = array if isinstance(array, PLAIN) else self.backend.numpy(array)
        found = np.asarray(found)
        return found.astype(np.float64) if found.dtype.kind in "fiub" else found

    @abstractmethod
    def owns(self, found: Any) -> bool:
        """Say whether this is an array of the framework."""

    def precision(self, array: Any) -> str:
        """Return the precision of an array of the framework by its usual name, as float32."""
        return str(np.asarray(array).dtype)

    def scope(self, arrays: Sequence[Any] = ()) -> AbstractContextManager[Any]:
        """Hold what must hold while a loss computes on these arrays; leave nothing changed."""
        return nullcontext()

    def run(self, function: Function, arrays: Sequence[Array]) -> Any:
        """Call a function of arrays, in the framework's quickest way that gives the same."""
        return function(*arrays)

    def eager(self) -> "Host":
        """Return the host that runs a loss as Python does, line after line."""
        return self

    @abstractmethod
    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        """Return the slopes of a function in the arrays at these places, as NumPy arrays.

        A result of several entries is summed, or multiplied with `upstream` first. None stands
        for an array that the result does not hang on, as far as the framework knows.
        """

    def twice(
        self, function: Function, arrays: Sequence[Array], of: int, along: Array
    ) -> Array | None:
        """Return the slope of sum(slope · along) in the array at this place: the Hessian's product.

        Raises whatever the framework raises where it cannot differentiate twice.
        """
        raise NotImplementedError(f"{self.name} does not differentiate twice")

    def followed(
        self, function: Function, arrays: Sequence[Array], words: Mapping[str, Function]
    ) -> Function | None:
        """Return the formula as a function of NumPy arrays of many-digit numbers, or None.

        It is followed along the path that it takes on these arrays. `words` holds the functions of
        such numbers by their NumPy names.
        """
        return None

    def compiled(self, function: Function) -> Function | None:
        """Return the function as the framework compiles it in one piece, or None without a way."""
        return None

    def mapped(self, function: Function, axes: Sequence[int | None]) -> Function | None:
        """Return a function that maps another over an axis of each array (None: not mapped)."""
        return None

    def state(self, loss: Any) -> Mapping[str, Kept]:
        """Return the arrays that a loss keeps: its parameters, buffers and plain attributes."""
        return {name: self.kept("attribute", each) for name, each in self.attributes(loss)}

    def attributes(self, loss: Any) -> Iterator[tuple[str, Any]]:
        """Yield the plain attributes of a loss that are arrays of the framework."""
        held = vars(loss) if hasattr(loss, "__dict__") else {}
        yield from ((name, each) for name, each in held.items() if self.owns(each))

    def kept(self, kind: str, array: Any) -> Kept:
        shape = tuple(int(size) for size in array.shape)
        return Kept(kind, shape, self.precision(array), "cpu", self.numpy(array))

    def graph(self, arrays: Sequence[Any]) -> int | None:
        """Return how many steps of computation arrays keep alive; None where arrays keep none."""
        return None

    def placed(self, loss: Any, name: str, values: Array) -> Any:
        """Return a copy of the loss with other values in a parameter; None without a way."""
        return None

    def moved(self, loss: Any, precision: str) -> Any:
        """Return a copy of the loss as the framework itself would move it to a precision."""
        return loss

    def fitted(self, loss: Any, precision: str) -> Any:
        """Return the loss, or a copy, that takes arrays of this precision: all it keeps is cast."""
        return loss

    def opened(self, loss: Any) -> Any:
        """Return what is called of a loss: itself, or what its framework has wrapped."""
        return loss


PLAIN = (bool, int, float, complex, np.ndarray, np.generic)
"""Results that are numbers already, whatever framework they came through."""
