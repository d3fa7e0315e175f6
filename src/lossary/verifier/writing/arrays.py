"""One array as one assignment, in the words of a framework."""

import keyword
from typing import Any

import numpy as np

from lossary.verifier.writing.dialects import Dialect
from lossary.verifier.writing.literals import WIDTH, constant, entry, literal, shorter

Array = Any
_TAKEN = {
    "loss", "gradient", "value", "tape", "upstream", "torch", "np", "jax", "jnp", "tf", "keras",
    "inf", "nan", "print", "error", "runpy",
}  # fmt: skip


def variable(name: str) -> str:
    """Return the name of an argument as a variable that hides nothing of the script.

    >>> variable("logits"), variable("loss"), variable("lambda")
    ('logits', 'loss_', 'lambda_')
    """
    return f"{name}_" if name in _TAKEN or keyword.iskeyword(name) else name


def spelt(name: str, array: Array, precision: str, dialect: Dialect, learns: bool = False) -> str:
    """Write `name = array`, in as few words as there are."""
    array = np.asarray(array)
    kind = precision if array.dtype.kind == "f" else _whole(array)
    dtype = dialect.prefix + kind
    suffix = dialect.learns if learns and array.dtype.kind == "f" else ""
    return f"{name} = {_made(name, array, dtype, dialect)}{suffix}"


def alone(array: Array, precision: str, dialect: Dialect) -> str:
    """Spell an array that has no name, as one among the settings."""
    return spelt("", array, precision, dialect).removeprefix(" = ")


def _whole(array: Array) -> str:
    return "bool" if array.dtype.kind == "b" else array.dtype.name


def _made(name: str, array: Array, dtype: str, dialect: Dialect) -> str:
    value = constant(array)
    if value is not None:
        return dialect.full.format(shape=array.shape, value=entry(value), dtype=dtype)
    if array.size == 0:
        return dialect.full.format(shape=array.shape, value=entry(array.dtype.type(0)), dtype=dtype)
    repeated = shorter(array)
    if repeated is not None:
        block, times = repeated
        made = _array(name, block, dtype, dialect)
        return dialect.repeat.format(array=made, times=times, ones=", 1" * (array.ndim - 1))
    return _array(name, array, dtype, dialect)


def _array(name: str, array: Array, dtype: str, dialect: Dialect) -> str:
    around = len(dialect.array.format(values="", dtype=dtype)) + len(name) + 3
    return dialect.array.format(values=literal(array, WIDTH - around), dtype=dtype)
