"""What a rule remembers as variables of Keras, so that it is saved and loaded with the model."""

from typing import Any

import keras
import numpy as np

from lossary.backends import backend_named
from lossary.core.descent.rule import Rule
from lossary.core.descent.trees import Leaves

Array = Any
Memory = Any
"""The structure of a state, with a variable for each array and number."""


def begun(owner: Any, variables: list[Any], name: str) -> Memory:
    """Return the state before the first step, in variables that belong to an optimizer of Keras."""
    backend = backend_named("numpy")
    rule = owner.rule
    values = _values(variables)
    state = rule._init(backend, Leaves(values))
    if isinstance(rule, Rule):
        state = {key: value for key, value in state.items() if key != "step"}  # Keras counts them
    real = "float64" if any(each.dtype == np.float64 for each in values) else "float32"
    return _made(owner, state, name.replace("/", "_").replace(":", "_"), real)


def read(memory: Memory) -> Any:
    """Return a state as arrays, and as Python numbers where PyTorch computes with them."""
    if isinstance(memory, dict):
        return {name: read(each) for name, each in memory.items()}
    if isinstance(memory, Leaves):
        return Leaves(taken(each) for each in memory)
    return counted(memory)


def kept(owner: Any, memory: Memory, state: Any) -> None:
    """Write a state into the variables."""
    if isinstance(memory, dict):
        for name, each in memory.items():
            kept(owner, each, state[name])
    elif isinstance(memory, Leaves):
        for variable, value in zip(memory, state, strict=True):
            owner.assign(variable, value)
    else:
        owner.assign(memory, keras.ops.convert_to_tensor(state, dtype=memory.dtype))


def taken(variable: Any) -> Array:
    """Return the present value of a variable, cut off from its graph."""
    return keras.ops.stop_gradient(_value(variable))


def counted(variable: Any) -> Any:
    """Return a number: a Python number for PyTorch, which computes with those, else an array."""
    found = _value(variable)
    return found.item() if keras.backend.backend() == "torch" else found


def _value(variable: Any) -> Array:
    """Return the framework's own array; Keras hands back a variable where it is asked for one."""
    found = variable.value if isinstance(variable, keras.Variable) else variable
    return backend_named(keras.backend.backend()).taken(found)


def _made(owner: Any, state: Any, name: str, real: str) -> Memory:
    if isinstance(state, dict):
        return {key: _made(owner, each, f"{name}_{key}", real) for key, each in state.items()}
    if isinstance(state, Leaves):
        return Leaves(_variable(owner, each, f"{name}_{i}", real) for i, each in enumerate(state))
    return _variable(owner, state, name, real)


def _variable(owner: Any, value: Any, name: str, real: str) -> Any:
    array = np.asarray(value)
    dtype = {"i": "int", "b": "bool"}.get(array.dtype.kind, real)
    # A program that is compiled as it makes the variable would hold a constant of the same size.
    first = "zeros" if not array.any() else _constant(array)
    return owner.add_variable(shape=array.shape, initializer=first, dtype=dtype, name=name)


def _constant(array: Array) -> Any:
    return lambda shape, dtype=None: keras.ops.convert_to_tensor(array, dtype=dtype)


def _values(variables: list[Any]) -> list[Array]:
    """Return present values as NumPy's, also while TensorFlow is tracing."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.init_scope():
            found = [np.asarray(each.numpy()) for each in variables]
    else:
        found = [keras.ops.convert_to_numpy(each) for each in variables]
    return [each.astype(np.float32) if each.dtype.itemsize < 4 else each for each in found]
