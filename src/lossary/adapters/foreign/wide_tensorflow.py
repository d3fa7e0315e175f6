"""Computes a TensorFlow loss in double precision throughout, also where it says float32 itself.

TensorFlow refuses to let a double meet a single, and a loss that writes `tf.cast(y, tf.float32)` or
`tf.one_hot(y, k)` would refuse doubles. Its graph is traced in single precision, and every float32
in it is read as float64.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import types_pb2

SINGLE, DOUBLE = types_pb2.DT_FLOAT, types_pb2.DT_DOUBLE


def widened(function: Callable[..., Any], arrays: Sequence[Any], fixed: bool) -> Callable[..., Any]:
    """Return the function for doubles of these shapes; raise where it has no graph of its own.

    Of `fixed` shapes, or of any sizes along as many axes.
    """
    shapes = [each.shape if fixed else [None] * len(each.shape) for each in arrays]
    kinds = [each.dtype for each in arrays]
    specs = [tf.TensorSpec(s, single(k)) for s, k in zip(shapes, kinds, strict=True)]
    traced = _traced(function, specs)
    graph = traced.graph.as_graph_def()
    _widen(graph)
    names = [each.name for each in traced.inputs]
    held = _held(graph, zip(traced.captured_inputs, names[len(arrays) :], strict=True))
    output = traced.outputs[0].name

    def run(*given: Any) -> Any:
        inputs = dict(zip(names, given, strict=False))
        inputs |= {name: tf.constant(value) for name, value in held.items()}
        return tf.import_graph_def(graph, input_map=inputs, return_elements=[output])[0]

    doubles = [tf.TensorSpec(s, k) for s, k in zip(shapes, kinds, strict=True)]
    return tf.compat.v1.wrap_function(run, doubles)


def _traced(function: Callable[..., Any], specs: list[Any]) -> Any:
    """Trace a function; its source is rewritten only where it branches on values: that is slow."""
    try:
        return tf.function(function, autograph=False).get_concrete_function(*specs)
    except tf.errors.OperatorNotAllowedInGraphError:
        return tf.function(function).get_concrete_function(*specs)


def single(dtype: Any) -> Any:
    return tf.float32 if dtype == tf.float64 else dtype


def _held(graph: Any, captured: Any) -> dict[str, Any]:
    """Return what the function took from around it, in double precision; freeze its variables."""
    held = {}
    for outside, name in captured:
        if outside.dtype == tf.resource:
            _freeze(graph, name.partition(":")[0], outside)
        else:
            held[name] = _doubles(outside.numpy())
    return held


def _freeze(graph: Any, name: str, variable: Any) -> None:
    for node in graph.node:
        if node.op == "ReadVariableOp" and node.input[0] == name:
            value = tf.raw_ops.ReadVariableOp(resource=variable, dtype=_kind(node))
            node.op = "Const"
            del node.input[:]
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(_doubles(value.numpy())))


def _kind(node: Any) -> Any:
    kind = node.attr["dtype"].type
    return tf.float32 if kind == DOUBLE else tf.as_dtype(kind)


def _doubles(values: Any) -> Any:
    """Read a constant as it was written, 0.1, and not as the single next to it."""
    values = np.asarray(values)
    if values.dtype != np.float32:
        return values
    return np.asarray([float(str(each)) for each in values.ravel()]).reshape(values.shape)


def _widen(graph: Any) -> None:
    """Read every single as a double, also in the functions within, under names of their own."""
    inner = {each.signature.name for each in graph.library.function}
    for function in graph.library.function:
        function.signature.name += WIDE
        for argument in (*function.signature.input_arg, *function.signature.output_arg):
            argument.type = DOUBLE if argument.type == SINGLE else argument.type
    for node in _nodes(graph):
        node.op += WIDE if node.op in inner else ""
        for value in node.attr.values():
            _widen_value(value, inner)


WIDE = "_in_doubles"


def _nodes(graph: Any) -> Iterator[Any]:
    yield from graph.node
    for function in graph.library.function:
        yield from function.node_def


def _widen_value(value: Any, inner: set[str]) -> None:
    kind = value.WhichOneof("value")
    if kind == "type" and value.type == SINGLE:
        value.type = DOUBLE
    elif kind == "func" and value.func.name in inner:
        value.func.name += WIDE
    elif kind == "list":
        value.list.type[:] = [DOUBLE if each == SINGLE else each for each in value.list.type]
    elif kind == "tensor" and value.tensor.dtype == SINGLE:
        held = _doubles(tf.make_ndarray(value.tensor))
        value.tensor.CopyFrom(tf.make_tensor_proto(held, tf.float64, held.shape))
