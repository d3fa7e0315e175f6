"""JAX as lossary's namespace: the array API's words and the stable primitives."""

from collections.abc import Callable
from typing import Any

import jax
from jax.nn import sigmoid
from jax.numpy import (
    arange,
    asarray,
    astype,
    cos,
    exp,
    expm1,
    inf,
    isfinite,
    isnan,
    log,
    log1p,
    logaddexp,
    logical_and,
    logical_not,
    logical_or,
    matmul,
    matrix_transpose,
    max,
    mean,
    nan,
    ones_like,
    sign,
    sqrt,
    stack,
    sum,
    take_along_axis,
    tanh,
    where,
    zeros_like,
)
from jax.numpy.linalg import eigh, qr
from jax.scipy.special import logsumexp

from lossary.backends import _sweep
from lossary.backends._branches import branches

__all__ = [
    "abs", "astype", "clip", "cos", "eigh", "either", "exp", "expm1", "inf", "int64", "isfinite",
    "isnan", "log", "log1p", "log_softmax", "logaddexp", "logical_and", "logical_not", "logical_or",
    "logsumexp", "matmul", "matrix_transpose", "max", "maximum", "mean", "minimum", "one_hot",
    "ones_like", "pick", "places", "qr", "row", "sigmoid", "sign", "softplus", "sqrt", "stack",
    "sum", "swept", "tanh", "where", "zeros_like",
]  # fmt: skip

maximum, minimum, clip = branches(where)
int64 = int  # JAX reads it as 64 bits where they are allowed, and else as 32, without a warning


def abs(x: jax.Array) -> jax.Array:
    # JAX's own has slope one at zero; this one has slope zero, as everywhere else.
    return x * sign(x)


def softplus(x: jax.Array) -> jax.Array:
    return jax.nn.softplus(x)


def log_softmax(x: jax.Array) -> jax.Array:
    """Return the logarithms of the softmax over the last axis, exact for large scores."""
    return jax.nn.log_softmax(x, axis=-1)


def places(x: jax.Array) -> jax.Array:
    """Return 0 … n-1 for the n rows of `x`."""
    return arange(x.shape[0])


def pick(x: jax.Array, label: jax.Array) -> jax.Array:
    """Take each row's entry at its label; NaN where the label is none of 0 … k-1."""
    known = (label >= 0) & (label < x.shape[-1])
    found = take_along_axis(x, where(known, label, 0)[..., None], axis=-1)[..., 0]
    # A factor, not a branch: the slope of a known label must not meet the NaN.
    return found * where(known, ones_like(found), nan)


def one_hot(label: jax.Array, like: jax.Array) -> jax.Array:
    """Write labels as rows of zeros and ones like `like`; NaN where a label is none of 0 … k-1."""
    count = like.shape[-1]
    known = (label >= 0) & (label < count)
    hot = (label[..., None] == arange(count)).astype(like.dtype)
    return where(known[..., None], hot, nan)


def row(values: tuple[float, ...], like: jax.Array) -> jax.Array:
    """Return a row of numbers in the dtype of `like`."""
    return asarray(values, dtype=like.dtype)


def either(condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """Return what one of two functions gives; the other is traced, but not called."""
    if isinstance(condition, jax.core.Tracer):
        return jax.lax.cond(condition, yes, no)
    return yes() if condition else no()


def swept(function: Callable[..., Any], carried: Any, count: int, reverse: bool = False) -> Any:
    """Call a function of what is carried, and of 0 … count-1, that returns both anew.

    Traced, it is written down once, however many; else nothing is compiled.
    """
    if any(isinstance(each, jax.core.Tracer) for each in jax.tree.leaves(carried)):
        return jax.lax.scan(function, carried, arange(count), reverse=reverse)
    return _sweep.swept(function, carried, count, reverse)
