"""JAX on the CPU: a foreign function under `jit`, with slopes that come from the same pass.

A program keeps what it was traced with: `use_kernels` changes nothing in a function that `jax.jit`
has compiled already. `jax.export` writes no foreign functions down: export for the CPU under
`use_kernels(False)`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
from jax import numpy as jnp
from jax.custom_batching import custom_vmap

from lossary.backends import backend_named
from lossary.core.derived import Derived
from lossary.errors import ShapeError
from lossary.kernels.c.xla import foreign
from lossary.kernels.layout import KINDS, SIZES, Seen, steps_like
from lossary.kernels.making import Made, made
from lossary.kernels.requests import REQUESTS, with_slopes
from lossary.kernels.shelf import shelf, shelved
from lossary.numerics import ratio

Array = Any
VALUES = ("mean", "sum", "none", "parts")
"""Requests for the loss itself, not for its derivatives."""


def takes(kind: type) -> bool:
    """Say whether arrays of this class may reach a kernel, in this version of JAX."""
    known = hasattr(jax, "ffi") and hasattr(jax.sharding, "get_abstract_mesh")
    return known and (kind.__name__ == "ArrayImpl" or issubclass(kind, jax.core.Tracer))


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    if REQUESTS[request].pooled or request == "derivatives":
        return None  # XLA is not handed the sums of classes and images yet
    given = tuple(each for each in (*arrays, weight, mask) if each is not None)
    if jax.default_backend() != "cpu" or not all(map(_whole, given)):
        return None
    if not jax.sharding.get_abstract_mesh().empty:
        return None  # a program for several devices, as under `shard_map` and `pmap`
    asked = Question(loss, request, len(arrays), weight is not None, mask is not None)
    found = _found(asked, given)
    return None if found is None else found(*given)


def _whole(array: Array) -> bool:
    """Say whether this is an array of JAX that lies, or will lie, on one device."""
    if not isinstance(array, jax.Array):
        return False
    sharding = getattr(array.aval, "sharding", None)
    return sharding is None or sharding.mesh.empty


class Question(NamedTuple):
    """What is asked of a loss. Arrays stand in one row: its own, a weight and a mask if any."""

    loss: Any
    request: str
    arrays: int
    weighted: bool
    masked: bool

    def apart(self, given: tuple[Array, ...]) -> tuple[tuple[Array, ...], Any, Any]:
        """Take a row of arrays apart."""
        rest = iter(given[self.arrays :])
        weight = next(rest) if self.weighted else None
        return given[: self.arrays], weight, next(rest) if self.masked else None

    @property
    def steep(self) -> bool:
        """Whether the slopes of the sum (of the mean) tell how the answer moves."""
        single = self.request in ("mean", "sum")
        # Else entry by entry, which takes a loss whose entries do not see each other.
        apart = self.request in ("none", "parts") and isinstance(self.loss, Derived)
        return bool(self.loss.trainable) and (single or apart)

    def defined(self, *given: Array) -> Any:
        """Answer by the definition."""
        arrays, weight, mask = self.apart(given)
        return self.loss.defined(self.request, arrays, weight, mask)

    def judged(self, *given: Array) -> Any:
        """Answer by the definition, with the slopes of the sum, as wide as they are computed."""
        first, *others = given
        wide = first.astype(backend_named("jax").wide(first))
        found, pull = jax.vjp(lambda first: self.defined(first, *others), wide)
        upstream = jax.tree.map(jnp.ones_like, found)
        if self.request == "parts":
            upstream = upstream[0], jnp.zeros_like(upstream[1])
        return found, pull(upstream)[0]


def _found(asked: Question, given: tuple[Array, ...], slopes: bool = False) -> Any:
    """Find or make the function that answers for arrays like these, or None."""
    facts = [(each.shape, each.dtype) for each in given]
    key = ("jax", *asked[1:], slopes, jax.config.jax_enable_x64, *facts)
    mine = shelf(asked.loss)
    found = mine.get(key, mine)
    return shelved(asked.loss, key, lambda: _made(asked, given, slopes)) if found is mine else found


def _made(asked: Question, given: tuple[Array, ...], slopes: bool) -> Any:
    arrays, weight, mask = asked.apart(given)
    wanted = with_slopes(REQUESTS[asked.request]) if slopes else REQUESTS[asked.request]
    found = made(host, asked.loss, wanted, arrays, weight, mask, lifted=slopes)
    if found is None:
        return None
    kernel = foreign(_title(asked.loss), wanted, found, asked.arrays, asked.weighted, asked.masked)
    if kernel is None:
        return None
    definition = asked.judged if slopes else asked.defined

    def either(*given: Array) -> Any:
        # Where a traced program will run is not known yet; XLA sees one of the two only.
        return jax.lax.platform_dependent(
            *given, cpu=lambda *given: _read(found, asked, kernel(*given)), default=definition
        )

    function = jax.custom_jvp(_foldable(asked, slopes, either))
    function.defjvp(_beyond(definition) if slopes else _rule(asked), symbolic_zeros=True)
    return jax.jit(function, inline=True)


def _title(loss: Any) -> str:
    return f"{type(loss).__module__}.{loss!r}"


def _read(made: Made, asked: Question, written: Any) -> Any:
    """Give what a kernel has written the shape of the answer: with slopes, a pair."""
    names = [each.name for each in made.outputs]
    given = dict(zip(names, written, strict=False))
    slopes = given.get("slopes")
    if asked.request not in VALUES:
        return given["curvatures"] if slopes is None else slopes
    sums = written[-1]
    answers = {"mean": lambda: sums, "sum": lambda: sums[0], "parts": lambda: (sums[0], sums[1])}
    found = given["value"] if asked.request == "none" else answers[asked.request]()
    return found if slopes is None else (found, slopes)


# ---- derivatives: of the first order from the slopes, of any other from the definition -----------


def _rule(asked: Question) -> Callable[..., Any]:
    """Say how the answer moves with its arrays; JAX turns the rule around for `grad`."""
    beyond = _beyond(asked.defined)

    def rule(primals: tuple[Array, ...], tangents: tuple[Any, ...]) -> Any:
        judged = None
        if asked.steep and _moving(tangents) == [0]:
            judged = _found(asked, primals, slopes=True)
        if judged is None:
            return beyond(primals, tangents)
        found, slopes = judged(*primals)
        moved = slopes * tangents[0].astype(slopes.dtype)
        if asked.request == "none":
            return found, moved.sum(axis=tuple(range(found.ndim, moved.ndim)))
        if asked.request == "parts":
            return found, (moved.sum(), jnp.zeros_like(found[1]))
        return found, moved.sum()

    return rule


def _beyond(definition: Callable[..., Any]) -> Callable[..., Any]:
    """Let the definition say how the answer moves."""

    def rule(primals: tuple[Array, ...], tangents: tuple[Any, ...]) -> Any:
        places = _moving(tangents)

        def moving(*moved: Array) -> Any:
            there = dict(zip(places, moved, strict=True))
            return definition(*(there.get(i, each) for i, each in enumerate(primals)))

        return jax.jvp(
            moving, tuple(primals[i] for i in places), tuple(tangents[i] for i in places)
        )

    return rule


def _moving(tangents: tuple[Any, ...]) -> list[int]:
    still = jax.custom_derivatives.SymbolicZero
    return [i for i, each in enumerate(tangents) if not isinstance(each, still)]


# ---- batches of calls ----------------------------------------------------------------------------


def _foldable(asked: Question, slopes: bool, function: Callable[..., Any]) -> Any:
    """Let `vmap` ask one kernel for all entries of all calls, which then sums up call by call."""
    folded = custom_vmap(function)

    @folded.def_vmap
    def rule(size: int, batched: Any, *given: Array) -> Any:
        rows = tuple(
            each if every else jnp.broadcast_to(each, (size, *each.shape))
            for each, every in zip(given, batched, strict=True)
        )
        found = _rows(asked, slopes, rows)
        return found, jax.tree.map(lambda _: True, found)

    return folded


def _rows(asked: Question, slopes: bool, rows: tuple[Array, ...]) -> Any:
    definition = jax.vmap(asked.judged if slopes else asked.defined)
    summed = asked.request in ("mean", "sum", "parts")
    if asked.request == "gradient:mean" or (summed and _shared(asked.loss)):
        return definition(*rows)
    entries = asked._replace(request="none") if summed else asked
    try:
        found = _found(entries, rows, slopes)
    except ShapeError:  # the loss's sentence takes no further axis
        found = None
    if found is None:
        return definition(*rows)
    return _summed(asked, rows, found(*rows), slopes) if summed else found(*rows)


def _shared(loss: Any) -> bool:
    """Whether entries count by more than the call's weights, or that cannot be told."""
    places = range(len(loss.sentences))
    return not isinstance(loss, Derived) or any(loss.traced(i).share is not None for i in places)


def _summed(asked: Question, rows: tuple[Array, ...], found: Any, slopes: bool) -> Any:
    """Sum up the entries of each call."""
    values = found[0] if slopes else found
    total = values.sum(axis=tuple(range(1, values.ndim)))
    count = _counts(asked, rows, values)
    xp = backend_named("jax").xp
    if asked.request == "parts":
        total = total, count
    elif asked.request == "mean":
        total = ratio(xp, total, count, 0.0)
    if not slopes:
        return total
    steep = found[1]
    if asked.request == "mean":
        steep = ratio(xp, steep, count.reshape(-1, *[1] * (steep.ndim - 1)), 0.0)
    return total, steep


def _counts(asked: Question, rows: tuple[Array, ...], values: Array) -> Array:
    """Return what the entries of each call weigh."""
    _, weight, mask = asked.apart(rows)
    counts = jnp.ones_like(values) if weight is None else weight.astype(values.dtype)
    counts = counts if mask is None else jnp.where(mask, counts, 0)
    return counts.sum(axis=tuple(range(1, values.ndim)))


class _Jax:
    def seen(self, array: Array) -> Seen | None:
        kind = KINDS.get(array.dtype.name)
        if kind is None:
            return None
        return Seen(array.shape, steps_like(array.shape, SIZES[kind]), kind)

    def straight(self, array: Array) -> Array:
        return array  # XLA's arrays are

    def named(self, dtype: Any) -> str:
        return jnp.dtype(dtype).name


host = _Jax()
