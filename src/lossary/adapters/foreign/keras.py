"""Losses written for Keras 3, on whichever framework it is set to compute with."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import keras

from lossary.adapters.foreign.host import Array, Function, Host
from lossary.adapters.foreign.made import twin


class Keras(Host):
    """Keras; its arrays, slopes and compilers are those of its own backend."""

    name = "keras"

    @cached_property
    def inner(self) -> Host:
        from lossary.adapters.foreign.hosts import host_named

        return host_named(keras.config.backend())

    @property
    def slopes(self) -> bool:  # type: ignore[override]
        return self.inner.slopes

    @property
    def precisions(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.inner.precisions

    @property
    def backend(self) -> Any:
        return self.inner.backend

    def owns(self, found: Any) -> bool:
        return self.inner.owns(found)

    def precision(self, array: Any) -> str:
        return self.inner.precision(array)

    def array(self, values: Array, precision: str = "float64") -> Array:
        return self.inner.array(values, precision)

    def numpy(self, array: Any) -> Array:
        return self.inner.numpy(array)

    @contextmanager
    def _scoped(self, arrays: Sequence[Any]) -> Iterator[None]:
        with self.inner.scope(arrays), floats(self, arrays):
            yield

    def scope(self, arrays: Sequence[Any] = ()) -> Any:
        return self._scoped(arrays)

    def run(self, function: Function, arrays: Sequence[Array]) -> Any:
        return self.inner.run(function, arrays)

    def eager(self) -> Host:
        other = Keras()
        other.inner = self.inner.eager()
        return other

    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        with self.scope(arrays):
            return self.inner.slope(function, arrays, of, upstream)

    def twice(
        self, function: Function, arrays: Sequence[Array], of: int, along: Array
    ) -> Array | None:
        with self.scope(arrays):
            return self.inner.twice(function, arrays, of, along)

    def followed(
        self, function: Function, arrays: Sequence[Array], words: Mapping[str, Function]
    ) -> Function | None:
        with self.scope(arrays):
            return self.inner.followed(function, arrays, words)

    def compiled(self, function: Function) -> Function | None:
        return self.inner.compiled(function)

    def mapped(self, function: Function, axes: Sequence[int | None]) -> Function | None:
        return self.inner.mapped(function, axes)

    def fitted(self, loss: Any, precision: str) -> Any:
        """Return the loss with this precision to compute in: Keras casts to a loss's own."""
        if not isinstance(loss, keras.losses.Loss) or loss.dtype == precision or short(precision):
            return self.inner.fitted(loss, precision)
        other = twin(loss)
        other._dtype_policy, other._dtype = keras.dtype_policies.get(precision), precision
        return other


def short(precision: str) -> bool:
    return precision in ("float16", "bfloat16")


@contextmanager
def floats(host: Host, arrays: Sequence[Any]) -> Iterator[None]:
    """Let Keras make floats in the precision of these arrays, for a while.

    Half precision leaves it in single: so it is under `mixed_float16`, where outputs alone are
    short and a loss casts them up; Keras itself advises against anything shorter.
    """
    before = keras.config.floatx()
    kinds = [host.precision(each) for each in arrays if host.owns(each)]
    wanted = next((each for each in kinds if "float" in each and not short(each)), before)
    keras.config.set_floatx(wanted)
    cut = dict(_CUT)
    if wanted == "float64":
        _CUT.update(float64="float64")
    try:
        yield
    finally:
        keras.config.set_floatx(before)
        _CUT.update(cut)


try:  # on JAX and PyTorch Keras cuts doubles down to single precision, by this table of its own
    from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE as _CUT
except ImportError:
    _CUT = {}
