"""Losses written for TensorFlow."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import numpy as np
import tensorflow as tf

from lossary.adapters.foreign.host import Array, Function, Host


class TensorFlow(Host):
    """TensorFlow on the CPU."""

    name = "tensorflow"
    _tracing = False

    def owns(self, found: Any) -> bool:
        return isinstance(found, tf.Tensor | tf.Variable)

    def precision(self, array: Any) -> str:
        return str(array.dtype.name)

    @contextmanager
    def _scoped(self, arrays: Sequence[Any]) -> Iterator[None]:
        with quiet(), ExitStack() as stack:
            if "keras" in sys.modules:
                from lossary.adapters.foreign.keras import floats

                stack.enter_context(floats(self, arrays))
            yield

    def scope(self, arrays: Sequence[Any] = ()) -> AbstractContextManager[Any]:
        return self._scoped(arrays)

    def run(self, function: Function, arrays: Sequence[Array]) -> Any:
        """Call a function; doubles that it refuses, or takes for singles, go through its graph."""
        if not any(each.dtype == tf.float64 for each in arrays):
            return function(*arrays)
        kept = function.__dict__.setdefault("wide", {}) if hasattr(function, "__dict__") else {}
        if not kept:
            try:
                found = function(*arrays)
            except (tf.errors.InvalidArgumentError, TypeError, ValueError) as error:
                if not _of_precision(error):
                    raise
            else:
                if not self.owns(found) or found.dtype != tf.float32:
                    return found
        return self._widely(function, arrays, kept)

    def _widely(self, function: Function, arrays: Sequence[Array], kept: dict[Any, Any]) -> Any:
        """Call a function as it reads with doubles for singles; else in single precision.

        Its graph is read for any sizes; where it needs sizes that it knows, once for each.
        """
        if "narrow" in kept:
            return function(*map(_single, arrays))
        ranks = tuple((len(each.shape), each.dtype) for each in arrays)
        sizes = tuple((tuple(each.shape), each.dtype) for each in arrays)
        for key in (ranks, sizes):
            try:
                if key not in kept:
                    kept[key] = self._graph(function, arrays, fixed=key is sizes)
                return kept[key](*arrays)
            except Exception:  # no graph of it can be made, or it is wrong: then the next says how
                kept.setdefault(key, _none)
        return function(*map(_single, arrays))

    def _graph(self, function: Function, arrays: Sequence[Array], fixed: bool) -> Function:
        from lossary.adapters.foreign.wide_tensorflow import widened

        self._tracing = True
        try:
            with self.scope([_single(each) for each in arrays]):
                return widened(function, arrays, fixed)
        finally:
            self._tracing = False

    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        asked = [arrays[place] for place in of]

        def slopes() -> list[Any]:
            with tf.GradientTape() as tape:
                for each in asked:
                    tape.watch(each)
                found = self.run(function, arrays)
            return _slopes(tape, found, asked, upstream)

        with self.scope(arrays):
            return [_plain(each) for each in self._tried(function, slopes)]

    def twice(
        self, function: Function, arrays: Sequence[Array], of: int, along: Array
    ) -> Array | None:
        asked = arrays[of]

        def twice() -> Any:
            with tf.GradientTape() as outer:
                outer.watch(asked)
                with tf.GradientTape() as inner:
                    inner.watch(asked)
                    found = self.run(function, arrays)
                (slope,) = _slopes(inner, found, [asked], None)
            if slope is None:
                return None
            return _slopes(outer, tf.convert_to_tensor(slope), [asked], along)[0]

        with self.scope(arrays):
            return _plain(self._tried(function, twice))

    def opened(self, loss: Any) -> Any:
        """Return the function behind a tf.function while its graph is read as one piece."""
        return getattr(loss, "python_function", loss) if self._tracing else loss

    def _tried(self, function: Function, compute: Function) -> Any:
        """Differentiate; a backward pass that takes no doubles is tried with singles."""
        try:
            return compute()
        except (tf.errors.OpError, TypeError, ValueError) as error:
            kept = getattr(function, "__dict__", {}).get("wide")
            if not kept or "narrow" in kept:
                raise error
            kept["narrow"] = True
            return compute()

    def compiled(self, function: Function) -> Function | None:
        return tf.function(function, autograph=True)

    def mapped(self, function: Function, axes: Sequence[int | None]) -> Function | None:
        places = [place for place, axis in enumerate(axes) if axis is not None]

        def over(*arrays: Any) -> Any:
            def one(rows: Any) -> Any:
                given = list(arrays)
                for place, row in zip(places, rows, strict=True):
                    given[place] = row
                return function(*given)

            with quiet():
                return tf.vectorized_map(one, [_front(arrays[p], axes[p]) for p in places])

        return over


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what TensorFlow logs of functions that it traces anew: here that is meant."""
    logger = tf.get_logger()
    before = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(before)


def _of_precision(error: Exception) -> bool:
    told = str(error)
    return any(word in told for word in ("float", "double", "dtype", "type"))


def _none(*arrays: Any) -> Any:
    raise TypeError("there is no graph of it")


def _single(array: Any) -> Any:
    return tf.cast(array, tf.float32) if array.dtype == tf.float64 else array


def _front(array: Any, axis: int | None) -> Any:
    return tf.experimental.numpy.moveaxis(array, axis, 0) if axis else array


def _slopes(tape: Any, found: Any, asked: list[Any], upstream: Array | None) -> list[Any]:
    if not isinstance(found, tf.Tensor):
        return [None for _ in asked]
    back = None
    if upstream is not None:
        back = tf.cast(tf.broadcast_to(tf.convert_to_tensor(upstream), found.shape), found.dtype)
    return list(tape.gradient(found, asked, output_gradients=back))


def _plain(slope: Any) -> Array | None:
    if slope is None:
        return None
    return np.asarray(tf.cast(tf.convert_to_tensor(slope), tf.float64))
