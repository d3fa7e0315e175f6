"""TensorFlow as lossary's namespace: the array API's words and the stable primitives."""

from typing import Any

import tensorflow as tf
from tensorflow import abs, cos, exp, int64, ones_like, sigmoid, sign, sqrt, stack, tanh, zeros_like
from tensorflow import cond as either
from tensorflow.linalg import eigh, qr
from tensorflow.math import (
    expm1,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    softplus,
)
from tensorflow.math import (
    is_finite as isfinite,
)
from tensorflow.math import (
    is_nan as isnan,
)

from lossary.backends._branches import branches
from lossary.backends._sweep import swept

__all__ = [
    "abs", "astype", "clip", "cos", "eigh", "either", "exp", "expm1", "inf", "int64", "isfinite",
    "isnan", "log", "log1p", "log_softmax", "logaddexp", "logical_and", "logical_not", "logical_or",
    "logsumexp", "matmul", "matrix_transpose", "max", "maximum", "mean", "minimum", "one_hot",
    "ones_like", "pick", "places", "qr", "row", "sigmoid", "sign", "softplus", "sqrt", "stack",
    "sum", "swept", "tanh", "where", "zeros_like",
]  # fmt: skip

astype, matmul, matrix_transpose = tf.cast, tf.matmul, tf.linalg.matrix_transpose


def where(condition: tf.Tensor, yes: Any, no: Any) -> tf.Tensor:
    # A Python number would become single precision, and meet double precision with an error.
    if not tf.is_tensor(yes) and tf.is_tensor(no):
        yes = tf.constant(yes, no.dtype)
    elif tf.is_tensor(yes) and not tf.is_tensor(no):
        no = tf.constant(no, yes.dtype)
    return tf.where(condition, yes, no)


maximum, minimum, clip = branches(where)
inf = float("inf")


def sum(x: tf.Tensor, axis: Any = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_sum(x, axis, keepdims)


def mean(x: tf.Tensor, axis: Any = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_mean(x, axis, keepdims)


def max(x: tf.Tensor, axis: Any = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_max(x, axis, keepdims)


def logsumexp(x: tf.Tensor, axis: int = -1) -> tf.Tensor:
    return tf.reduce_logsumexp(x, axis)


def log_softmax(x: tf.Tensor) -> tf.Tensor:
    """Return the logarithms of the softmax over the last axis, exact for large scores."""
    return tf.nn.log_softmax(x, axis=-1)


def places(x: tf.Tensor) -> tf.Tensor:
    """Return 0 … n-1 for the n rows of `x`."""
    return tf.range(tf.shape(x)[0])


def logaddexp(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.reduce_logsumexp(tf.stack([x, y]), axis=0)


def pick(x: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Take each row's entry at its label; NaN where the label is none of 0 … k-1."""
    known = (label >= 0) & (label < tf.cast(tf.shape(x)[-1], label.dtype))
    found = tf.gather(x, tf.where(known, label, tf.zeros_like(label)), batch_dims=x.shape.rank - 1)
    # A factor, not a branch: the slope of a known label must not meet the NaN.
    return found * where(known, tf.ones_like(found), float("nan"))


def one_hot(label: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    """Write labels as rows of zeros and ones like `like`; NaN where a label is none of 0 … k-1."""
    count = tf.cast(tf.shape(like)[-1], label.dtype)
    known = (label >= 0) & (label < count)
    hot = tf.cast(label[..., None] == tf.range(count), like.dtype)
    return where(known[..., None], hot, float("nan"))


def row(values: tuple[float, ...], like: tf.Tensor) -> tf.Tensor:
    """Return a row of numbers in the dtype of `like`."""
    return tf.constant(values, dtype=like.dtype)
