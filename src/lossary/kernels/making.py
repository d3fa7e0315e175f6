"""From a call's request and arrays to a kernel for all calls of such arrays."""

from dataclasses import dataclass
from typing import Any, Protocol

from lossary.backends import Backend
from lossary.core.batch import fitted
from lossary.kernels import entrywise
from lossary.kernels.layout import KINDS, SIZES, Seen, steps_like
from lossary.kernels.prepared import Prepared
from lossary.kernels.requests import Request

Array = Any


class Host(Protocol):
    """What must be known of a framework's arrays."""

    def seen(self, array: Array) -> Seen | None:
        """Describe an array; None where the driver cannot read its dtype."""

    def straight(self, array: Array) -> Array:
        """Return the array, or a copy, in the order of its axes and in a dtype that can be read."""

    def named(self, dtype: Any) -> str:
        """Return a dtype's name, as "float32"."""


@dataclass(frozen=True)
class Output:
    """An array that a kernel writes."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class Made:
    """A kernel, the dtype it computes in, what it writes, and whether arrays are copied first."""

    kernel: Prepared
    dtype: str
    outputs: tuple[Output, ...]
    copied: bool


def made(
    host: Host,
    loss: Any,
    request: Request,
    arrays: tuple[Array, ...],
    weight: Array | None,
    mask: Array | None,
    lifted: bool = False,
) -> Made | None:
    """Make a kernel for arrays like these; None where the definition must answer.

    With `lifted`, slopes are written as wide as they are computed, for a backward pass that scales
    them: in half precision, a mean's slopes would vanish before.

    Raises:
        LossError: the arrays do not fit the loss.
    """
    backend, *_ = fitted(loss, arrays, weight, mask)
    dtype = _dtype(host, backend, arrays)
    if dtype not in ("float32", "float64") or not entrywise.serves(loss):
        return None
    if "slopes" in request.wants and not loss.trainable:
        return None
    given = (*arrays, weight, mask)
    for copied in (False, True):
        if copied:
            given = tuple(None if each is None else host.straight(each) for each in given)
        looks: list[Any] = [None if each is None else host.seen(each) for each in given]
        if any(look is None and each is not None for look, each in zip(looks, given, strict=True)):
            continue
        first = given[0]
        slope = host.named(first.dtype) if backend.kind(first) == "float" and not lifted else dtype
        outputs = tuple(_output(loss, name, looks[0], dtype, slope) for name in request.writes)
        written = {each.name: _row_major(each) for each in outputs}
        *read, w, m = looks
        kernel = entrywise.prepare(
            loss, request.wants, dtype, tuple(read), written, w, m, mean=request.mean
        )
        if kernel is not None:
            return Made(kernel, dtype, outputs, copied)
    return None


def _dtype(host: Host, backend: Backend, arrays: tuple[Array, ...]) -> str:
    """Name the dtype to compute in: that of the first array of floats, at least single."""
    first = next((array for array in arrays if backend.kind(array) == "float"), None)
    return host.named(backend.wide(first))


def _output(loss: Any, name: str, first: Any, dtype: str, slope: str) -> Output:
    entries = first.shape[:-1] if getattr(loss, "components", ()) else first.shape
    return Output(name, entries, dtype) if name == "value" else Output(name, first.shape, slope)


def _row_major(output: Output) -> Seen:
    kind = KINDS[output.dtype]
    return Seen(output.shape, steps_like(output.shape, SIZES[kind]), kind)
