"""The rules of PyTorch's operations that take more than one of NumPy's words."""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any
Rule = Callable[..., Any]


def axes(dim: Any, ndim: int = 0) -> Any:
    if dim is None or dim == []:
        return None
    return tuple(dim) if isinstance(dim, list | tuple) else dim


def word(name: str) -> Rule:
    return lambda words, kept, x, *rest, **_: words[name](x)


def two(name: str) -> Rule:
    return lambda words, kept, x, y, **_: words[name](x, y)


def same(rule: Callable[..., Any]) -> Rule:
    """Take a rule that needs no words, as a view or a comparison."""
    return lambda words, kept, *args, **kwargs: rule(*args, **kwargs)


def kept(words: Any, kept: Any, *args: Any, **kwargs: Any) -> Any:
    return kept


def divide(words: Any, kept: Any, x: Array, y: Any, rounding_mode: str | None = None) -> Array:
    found = words["divide"](x, y)
    if rounding_mode is None:
        return found
    return words[rounding_mode if rounding_mode != "trunc" else "trunc"](found)


def clamp(words: Any, kept: Any, x: Array, low: Any = None, high: Any = None) -> Array:
    found = x if low is None else words["maximum"](x, low)
    return found if high is None else words["minimum"](found, high)


def summed(
    words: Any, kept: Any, x: Array, dim: Any = None, keepdim: bool = False, **_: Any
) -> Array:
    return np.sum(x, axis=axes(dim), keepdims=keepdim)


def mean(
    words: Any, kept: Any, x: Array, dim: Any = None, keepdim: bool = False, **_: Any
) -> Array:
    total = np.asarray(np.sum(x, axis=axes(dim), keepdims=keepdim))
    return words["divide"](total, x.size // max(total.size, 1))


def variance(
    words: Any, kept: Any, x: Array, dim: Any = None, correction: Any = 1, keepdim: bool = False
) -> Array:
    middle = mean(words, kept, x, dim, keepdim=True)
    total = np.asarray(np.sum((x - middle) ** 2, axis=axes(dim), keepdims=keepdim))
    return words["divide"](total, x.size // total.size - (1 if correction is None else correction))


def deviation(words: Any, kept: Any, *args: Any, **kwargs: Any) -> Array:
    return words["sqrt"](variance(words, kept, *args, **kwargs))


def extreme(name: str) -> Rule:
    def rule(words: Any, kept: Any, x: Array, dim: Any = None, keepdim: bool = False) -> Any:
        if isinstance(dim, np.ndarray):  # max(x, y)
            return words[name](x, dim)
        over = np.max if name == "maximum" else np.min
        found = over(x, axis=axes(dim), keepdims=keepdim)
        return (found, kept[1]) if isinstance(kept, tuple | list) else found

    return rule


def logsumexp(words: Any, kept: Any, x: Array, dim: Any, keepdim: bool = False) -> Array:
    return words["log"](np.sum(words["exp"](x), axis=axes(dim), keepdims=keepdim))


def logcumsumexp(words: Any, kept: Any, x: Array, dim: int) -> Array:
    return words["log"](np.cumsum(words["exp"](x), axis=dim))


def log_softmax(words: Any, kept: Any, x: Array, dim: int, *_: Any) -> Array:
    return x - logsumexp(words, kept, x, dim, keepdim=True)


def softmax(words: Any, kept: Any, x: Array, dim: int, *_: Any) -> Array:
    return words["exp"](log_softmax(words, kept, x, dim))


def norm(
    words: Any,
    kept: Any,
    x: Array,
    power: Any = 2,
    dim: Any = None,
    keepdim: bool = False,
    **_: Any,
) -> Array:
    power = 2 if power is None else power
    sizes = words["absolute"](x)
    if power == np.inf:
        return np.max(sizes, axis=axes(dim), keepdims=keepdim)
    total = np.asarray(np.sum(words["power"](sizes, power), axis=axes(dim), keepdims=keepdim))
    return words["sqrt"](total) if power == 2 else words["power"](total, 1 / power)


def softplus(words: Any, kept: Any, x: Array, beta: Any = 1, threshold: Any = 20) -> Array:
    return words["divide"](words["logaddexp"](x * beta, np.zeros_like(x)), beta)


def log_sigmoid(words: Any, kept: Any, x: Array) -> tuple[Array, Array]:
    return -words["logaddexp"](-x, np.zeros_like(x)), kept[1]


def distances(words: Any, kept: Any, x: Array, y: Array, p: Any = 2.0, *_: Any) -> Array:
    return norm(words, kept, x[..., :, None, :] - y[..., None, :, :], p, -1)


def matmul(x: Array, y: Array) -> Array:
    return np.matmul(x.astype(object), y.astype(object))


def add_matmul(bias: Array, x: Array, y: Array, beta: Any = 1, alpha: Any = 1) -> Array:
    return beta * bias + alpha * matmul(x, y)


def cast(words: Any, kept: Any, x: Array, *args: Any, **kwargs: Any) -> Array:
    """Leave the digits; a truth or a whole number becomes what it was made."""
    if x.dtype == object and kept.dtype.kind == "f":
        return x.copy()
    return x.astype(kept.dtype) if x.dtype != object else kept


def sliced(x: Array, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Array:
    index = [slice(None)] * x.ndim
    index[dim] = slice(start, end, step)
    return x[tuple(index)]


def select(x: Array, dim: int, index: int) -> Array:
    return np.asarray(np.moveaxis(x, dim, 0)[index : index + 1 or None][0:1]).reshape(
        tuple(size for axis, size in enumerate(x.shape) if axis != dim % x.ndim)
    )


def squeeze(x: Array, dim: Any = None) -> Array:
    axes = range(x.ndim) if dim is None else [dim] if isinstance(dim, int) else dim
    return np.squeeze(x, tuple(each for each in axes if x.shape[each] == 1))


def expand(x: Array, size: Any, **_: Any) -> Array:
    size = list(size)
    lacking = len(size) - x.ndim
    size = [x.shape[place - lacking] if each == -1 else each for place, each in enumerate(size)]
    return np.broadcast_to(x, size)


def split(x: Array, size: Any, dim: int = 0) -> list[Array]:
    sizes = [size] * -(-x.shape[dim] // size) if isinstance(size, int) else list(size)
    return np.split(x, np.cumsum(sizes)[:-1].tolist(), dim)


def diagonal(x: Array, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Array:
    return np.diagonal(x, offset, dim1, dim2)


def ordered(words: Any, kept: Any, x: Array, *args: Any, **kwargs: Any) -> Any:
    """Put in the order that PyTorch found; a dimension stands among the arguments, or is last."""
    order = kept[1]
    dim = next((d for d in range(x.ndim) if order.shape[d] != x.shape[d]), None)
    dims = [dim] if dim is not None else [kwargs.get("dim", -1), *range(x.ndim)]
    for each in dims:
        found = np.take_along_axis(x, order, each)
        if np.allclose(found.astype(float), kept[0], equal_nan=True):
            return found, order
    raise LookupError("no order found")


def where(condition: Array, yes: Any, no: Any) -> Array:
    return np.where(condition, yes, no)


def full_like(words: Any, kept: Any, *args: Any, **kwargs: Any) -> Array:
    """Make a new array of constants, which may be written to with many digits later."""
    return kept.astype(object) if kept.dtype.kind == "f" else kept.copy()
