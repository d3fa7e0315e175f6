"""From a call's request and arrays to a kernel for all calls of such arrays."""

from dataclasses import dataclass, replace
from math import prod
from typing import Any, Protocol

from lossary.backends import Backend
from lossary.core.batch import fitted
from lossary.core.derived import Derived
from lossary.core.elementwise import Elementwise
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.core.rowwise import Rowwise
from lossary.errors import LossError
from lossary.kernels import entrywise, finishing, rowwise, sumwise
from lossary.kernels.layout import KINDS, SIZES, Seen, memory_order, steps_like
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
    """An array that a kernel writes. `order` lists its axes from the farthest in memory on."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    order: tuple[int, ...]

    @property
    def straight(self) -> tuple[int, ...] | None:
        """The sizes in memory's order, or None where that is the order of the axes anyway."""
        if self.order == tuple(range(len(self.shape))):
            return None
        return tuple(self.shape[axis] for axis in self.order)

    @property
    def back(self) -> tuple[int, ...]:
        """The places of the axes in memory's order."""
        return tuple(self.order.index(axis) for axis in range(len(self.shape)))


@dataclass(frozen=True)
class Made:
    """A kernel, the dtype it computes in, what it writes, and whether arrays are copied first.

    `before` is a kernel that adds up what the rows weigh by the loss itself, where the mean needs
    it. `finish` is one that makes the loss of its sums.
    """

    kernel: Prepared
    dtype: str
    outputs: tuple[Output, ...]
    copied: bool
    before: Prepared | None = None
    finish: Prepared | None = None


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
    if isinstance(loss, Rowwise) and request.wants == ("curvatures",):
        request = replace(request, writes=("slopes",))
    backend, place, _ = fitted(loss, arrays, weight, mask)
    dtype = _dtype(host, backend, arrays)
    if dtype not in ("float32", "float64") or not served(loss, request, place):
        return None
    given = (*arrays, weight, mask)
    for copied in (False, True):
        if copied:
            given = tuple(None if each is None else host.straight(each) for each in given)
        looks: list[Any] = [None if each is None else host.seen(each) for each in given]
        if any(look is None and each is not None for look, each in zip(looks, given, strict=True)):
            continue
        first = arrays[0]  # what is handed back is in its dtype, whatever its copy is in
        slope = host.named(first.dtype) if backend.kind(first) == "float" and not lifted else dtype
        slope = "float32" if request.single else slope
        outputs = tuple(
            _output(loss, name, looks[0], dtype, slope, place) for name in request.writes
        )
        written = {each.name: _steps(each) for each in outputs}
        *read, w, m = looks
        called = (dtype, tuple(read), written, w, m, request.mean)
        if isinstance(loss, RatioOfSums):
            kernel = sumwise.prepare(loss, request.wants, *called, place)
            before = None
        elif isinstance(loss, Elementwise):
            kernel = entrywise.prepare(loss, request.wants, *called)
            before = None
        else:
            kernel = rowwise.prepare(loss, request.wants, *called, place)
            before = _before(loss, place, request, called)
        if kernel is not None:
            finish = _finish(loss, dtype, outputs) if request.wants == ("sums",) else None
            return Made(kernel, dtype, outputs, copied, before, finish)
    return None


def served(loss: Any, request: Request, place: int) -> bool:
    """Say whether there are kernels of the loss's kind, and slopes if slopes are wanted."""
    if not _traces(loss, place):
        return False
    if isinstance(loss, RatioOfSums):
        return request.pooled and sumwise.outputs(loss, request.wants, place) is not None
    served = isinstance(loss, Elementwise) and loss.traced().share is None
    trains = loss.trainable or "slopes" not in request.wants
    bends = "curvatures" not in request.wants or (
        request.wants == ("curvatures",) and loss.curvature_rule.rule != "none"
    )
    return trains and (served or (isinstance(loss, Rowwise) and bends))


def _traces(loss: Any, place: int) -> bool:
    """Say whether the formula is one that symbols can go through, and not arrays only."""
    if not isinstance(loss, (Derived, RatioOfSums)):
        return False
    try:
        loss.traced(place)
    except (LossError, ArithmeticError, ValueError, TypeError, AttributeError):
        return False
    return True


def _before(loss: Any, place: int, request: Request, called: Any) -> Prepared | None:
    """Make the kernel that adds up shares, where a mean divides by them."""
    if not request.mean or loss.traced(place).share is None:
        return None
    dtype, read, _, w, m, _ = called
    return rowwise.prepare(loss, (), dtype, read, {}, w, m, False, place)


def _finish(loss: Any, dtype: str, outputs: tuple[Output, ...]) -> Prepared | None:
    """Make the kernel that finishes sums of these shapes."""
    sums, counts = outputs
    images = prod(counts.shape)
    return finishing.prepare(loss, dtype, images, prod(sums.shape[1:]) // max(images, 1))


def _dtype(host: Host, backend: Backend, arrays: tuple[Array, ...]) -> str:
    """Name the dtype to compute in: that of the first array of floats, at least single."""
    first = next((array for array in arrays if backend.kind(array) == "float"), None)
    return host.named(backend.wide(first))


def _output(loss: Any, name: str, first: Seen, dtype: str, slope: str, place: int) -> Output:
    if name in ("sums", "counts"):
        sizes = sumwise.shape(loss, name, place, first.shape)
        return Output(name, sizes, dtype, tuple(range(len(sizes))))
    if name != "value":
        return Output(name, first.shape, slope, memory_order(first))
    inner = isinstance(loss, Rowwise) or loss.components
    entries = first.shape[:-1] if inner else first.shape
    return Output(name, entries, dtype, tuple(range(len(entries))))


def _steps(output: Output) -> Seen:
    kind = KINDS[output.dtype]
    straight = steps_like(output.straight or output.shape, SIZES[kind])
    return Seen(output.shape, tuple(straight[at] for at in output.back), kind)
