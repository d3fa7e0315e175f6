"""Losses written for JAX, in double precision where it is asked for and nowhere else."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import jax

from lossary.adapters.foreign.host import Array, Function, Host


class Jax(Host):
    """JAX on the CPU."""

    name = "jax"

    def __init__(self, quick: bool = True) -> None:
        self.quick = quick

    def owns(self, found: Any) -> bool:
        return isinstance(found, jax.Array)

    def precision(self, array: Any) -> str:
        return str(array.dtype)

    def array(self, values: Array, precision: str = "float64") -> Array:
        with double(precision == "float64"):
            return self.backend.array(values, precision)

    def scope(self, arrays: Sequence[Any] = ()) -> AbstractContextManager[Any]:
        return double(any(str(getattr(each, "dtype", "")) in WIDE for each in arrays))

    def run(self, function: Function, arrays: Sequence[Array]) -> Any:
        return self._quickly(function, "value", function, arrays)

    def eager(self) -> "Host":
        return Jax(quick=False)

    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        asked = tuple(place for place in of if _float(arrays[place]))
        weights = () if upstream is None else (jax.numpy.asarray(upstream),)

        def slopes(given: Sequence[Any], *back: Any) -> Any:
            found, pull = jax.vjp(_in_some(function, given, asked), *(given[p] for p in asked))
            return pull(_upstream(found, *back))

        with self.scope(arrays):
            key = f"slopes in {asked} {bool(weights)}"
            found = self._quickly(function, key, slopes, (tuple(arrays), *weights))
            by_place = dict(zip(asked, map(self.numpy, found), strict=True))
            loose = [
                p for p in asked if not by_place[p].any() and not self._hangs(function, arrays, p)
            ]
        return [None if place in loose else by_place.get(place) for place in of]

    def twice(
        self, function: Function, arrays: Sequence[Array], of: int, along: Array
    ) -> Array | None:
        def twice(given: Sequence[Any], along: Any) -> Any:
            some = _in_some(function, given, (of,))

            def slope(array: Any) -> Any:
                found, back = jax.vjp(some, array)
                return back(_upstream(found))[0]

            return jax.vjp(slope, given[of])[1](along)[0]

        with self.scope(arrays):
            back = jax.numpy.asarray(along, arrays[of].dtype)
            key = f"twice in {of}"
            return self.numpy(self._quickly(function, key, twice, (tuple(arrays), back)))

    def _quickly(
        self, function: Function, key: str, derived: Function, arguments: Sequence[Any]
    ) -> Any:
        """Compute what is derived from a function in one compiled piece, kept for the next call.

        Operation by operation JAX takes ten times as long for arrays of new shapes. What it cannot
        trace (an if on values, a NumPy call) is run as Python does from then on.
        """
        if not self.quick:
            return derived(*arguments)
        kept = _kept(function)
        if key not in kept:
            kept[key] = jax.jit(derived, compiler_options=_OPTIONS)
        try:
            return kept[key](*arguments)
        except Exception:  # it cannot be traced, or is wrong: then the second way says how
            found = derived(*arguments)
            kept[key] = derived
            return found

    def _hangs(self, function: Function, arrays: Sequence[Any], place: int) -> bool:
        kept = _kept(function)
        key = f"hangs on {place}"
        if key not in kept:
            kept[key] = _hangs(_in_some(function, arrays, (place,)), arrays[place])
        return bool(kept[key])

    def followed(
        self, function: Function, arrays: Sequence[Array], words: Mapping[str, Function]
    ) -> Function | None:
        from lossary.adapters.foreign.digits_jax import followed

        with self.scope(arrays):
            return followed(function, arrays, words)

    def compiled(self, function: Function) -> Function | None:
        return jax.jit(function)

    def mapped(self, function: Function, axes: Sequence[int | None]) -> Function | None:
        return jax.vmap(function, in_axes=tuple(axes))


_OPTIONS = {"xla_backend_optimization_level": 0, "xla_allow_excess_precision": False}
"""A small program that runs a few times is not worth optimising; each operation is to round."""
WIDE = ("float64", "int64", "uint64", "complex128")


def double(wanted: bool) -> AbstractContextManager[Any]:
    """Allow double precision, or forbid it, for a while."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(wanted)
    from jax.experimental import disable_x64, enable_x64

    return enable_x64() if wanted else disable_x64()


def _kept(function: Function) -> dict[str, Any]:
    """Return what was compiled of a function: it is kept with it, and goes when it goes."""
    found: dict[str, Any] = getattr(function, "__dict__", {}).setdefault("compiled", {})
    return found


def _float(array: Any) -> bool:
    return bool(jax.numpy.issubdtype(array.dtype, jax.numpy.floating))


def _in_some(function: Function, arrays: Sequence[Any], places: Sequence[int]) -> Function:
    """Return the function of the arrays at some places, the others held."""

    def some(*given: Any) -> Any:
        all_of_them = list(arrays)
        for place, each in zip(places, given, strict=True):
            all_of_them[place] = each
        return jax.numpy.asarray(function(*all_of_them))

    return some


def _upstream(found: Any, upstream: Any = None) -> Any:
    if upstream is None:
        return jax.numpy.ones_like(found)
    return jax.numpy.broadcast_to(upstream.astype(found.dtype), found.shape)


def _hangs(function: Function, array: Any) -> bool:
    """Say whether JAX sees any path along which the array moves the result."""
    _, along = jax.linearize(function, array)
    traced = jax.make_jaxpr(along)(array).jaxpr
    reached = set(traced.invars)
    for line in traced.eqns:
        if reached & {each for each in line.invars if not hasattr(each, "val")}:
            reached |= set(line.outvars)
    return any(each in reached for each in traced.outvars if not hasattr(each, "val"))
