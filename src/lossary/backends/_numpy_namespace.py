"""NumPy as lossary's namespace: the array API's words and the stable primitives."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import (
    abs,
    arange,
    astype,
    clip,
    cos,
    exp,
    expm1,
    inf,
    int64,
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
    maximum,
    mean,
    minimum,
    ones_like,
    sign,
    sqrt,
    stack,
    sum,
    tanh,
    where,
    zeros_like,
)
from numpy.linalg import eigh, qr

from lossary.backends._sweep import swept
from lossary.backends._tape import Traced, linked, logistic, plain

__all__ = [
    "abs", "astype", "clip", "cos", "eigh", "either", "exp", "expm1", "inf", "int64", "isfinite",
    "isnan", "log", "log1p", "log_softmax", "logaddexp", "logical_and", "logical_not", "logical_or",
    "logsumexp", "matmul", "matrix_transpose", "max", "maximum", "mean", "minimum", "one_hot",
    "ones_like", "pick", "places", "qr", "row", "sigmoid", "sign", "softplus", "sqrt", "stack",
    "sum", "swept", "tanh", "where", "zeros_like",
]  # fmt: skip


def sigmoid(x: np.ndarray) -> np.ndarray:
    if isinstance(x, Traced):  # built of |x|, it would have no slope of its own at zero
        out = logistic(x.value)
        return linked(out, (x,), (out * logistic(-x.value),))
    return logistic(x)


def softplus(x: np.ndarray) -> np.ndarray:
    return logaddexp(x, zeros_like(x))


def logsumexp(x: np.ndarray, axis: int = -1) -> np.ndarray:
    top = max(plain(x), axis=axis, keepdims=True, initial=-np.inf)
    top = where(isfinite(top), top, zeros_like(top))
    return log(sum(exp(x - top), axis=axis)) + top.squeeze(axis)


def log_softmax(x: np.ndarray) -> np.ndarray:
    """Return the logarithms of the softmax over the last axis, exact for large scores."""
    top = max(plain(x), axis=-1, keepdims=True, initial=-np.inf)
    low = x - where(isfinite(top), top, zeros_like(top))
    return low - logsumexp(low)[..., None]


def places(x: np.ndarray) -> np.ndarray:
    """Return 0 … n-1 for the n rows of `x`."""
    return arange(x.shape[0])


def pick(x: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Take each row's entry at its label; NaN where the label is none of 0 … k-1."""
    count = x.shape[-1]
    known = (label >= 0) & (label < count)
    place = (*np.indices(label.shape, sparse=True), where(known, label, 0))
    found = x[place]
    # A factor, not a branch: the slope of a known label must not meet the NaN.
    return found * where(known, 1.0, np.nan).astype(x.dtype)


def one_hot(label: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Write labels as rows of zeros and ones like `like`; NaN where a label is none of 0 … k-1."""
    count = like.shape[-1]
    known = (label >= 0) & (label < count)
    hot = (label[..., None] == arange(count)).astype(like.dtype)
    return where(known[..., None], hot, np.nan).astype(like.dtype)


def row(values: tuple[float, ...], like: np.ndarray) -> np.ndarray:
    """Return a row of numbers in the dtype of `like`."""
    return np.asarray(values, dtype=like.dtype)


def either(condition: bool, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """Return what one of two functions gives; the other is not called."""
    return yes() if condition else no()
