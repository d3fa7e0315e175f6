"""PyTorch's operations on NumPy arrays of many-digit numbers, by its dispatcher's names."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from lossary.adapters.foreign import digits_aten_rules as rules

Array = Any
Rule = Callable[..., Any]

MOVES = frozenset(
    [
        "cat",
        "stack",
        "index",
        "gather",
        "index_select",
        "take",
        "take_along_dim",
        "flip",
        "roll",
        "masked_fill",
        "scatter",
        "index_put",
        "select_scatter",
        "slice_scatter",
        "tril",
        "triu",
        "repeat",
        "constant_pad_nd",
        "masked_select",
        "index_fill",
        "as_strided",
        "unfold",
        "pixel_shuffle",
        "repeat_interleave",
        "im2col",
    ]
)
"""Operations that only carry numbers about: integers that number the places are carried in
their stead."""


def moved(function: Any, name: str, args: Any, kwargs: Any) -> Array:
    """Carry many-digit numbers as the operation carries the numbers of their places."""
    if kwargs.get("accumulate") or (name.startswith("index_put") and len(args) > 3 and args[3]):
        raise LookupError("an operation that adds up is no move")
    pool: list[Array] = []
    numbered = [_numbered(each, pool) for each in args]
    if name.startswith(("masked_fill", "index_fill", "scatter", "constant_pad")):
        numbered[-1] = _filler(args[-1], numbered[-1], pool)
    places = function(*numbered, **{k: _numbered(v, pool) for k, v in kwargs.items()})
    return np.concatenate([np.ravel(each) for each in pool])[places.numpy()]


def _filler(given: Any, numbered: Any, pool: list[Array]) -> Any:
    """Number what is filled in, too: a Python number, or an array of one."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return int(_numbered(np.array(given, dtype=object), pool))
    return numbered


def _numbered(each: Any, pool: list[Array]) -> Any:
    if isinstance(each, list | tuple):
        return [_numbered(one, pool) for one in each]
    if not isinstance(each, np.ndarray):
        return each
    if each.dtype.kind in "biu":
        return torch.from_numpy(np.ascontiguousarray(each))
    start = sum(one.size for one in pool)
    pool.append(each)
    return torch.from_numpy(np.arange(start, start + each.size).reshape(each.shape))


_ONE = {
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log", "log2": "log2", "log10": "log10",
    "log1p": "log1p", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin",
    "acos": "arccos", "atan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "asinh": "arcsinh", "sigmoid": "expit", "special_expit": "expit", "erf": "erf", "erfc": "erfc",
    "lgamma": "gammaln", "digamma": "digamma", "abs": "absolute", "sign": "sign", "sgn": "sign",
    "floor": "floor", "ceil": "ceil", "trunc": "trunc", "round": "rint", "square": "square",
    "reciprocal": "reciprocal", "neg": "negative", "isnan": "isnan", "isinf": "isinf",
    "isfinite": "isfinite",
}  # fmt: skip
_TWO = {
    "maximum": "maximum", "minimum": "minimum", "fmax": "fmax", "fmin": "fmin", "pow": "power",
    "xlogy": "xlogy", "special_xlogy": "xlogy", "special_xlog1py": "xlog1py",
    "logaddexp": "logaddexp", "atan2": "arctan2", "hypot": "hypot",
}  # fmt: skip
_COMPARED = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal,
}  # fmt: skip
_PLAIN: dict[str, Callable[..., Any]] = {
    "add": lambda x, y, alpha=1: x + y * alpha if alpha != 1 else np.add(x, y),
    "sub": lambda x, y, alpha=1: x - y * alpha,
    "rsub": lambda x, y, alpha=1: y - x * alpha,
    "mul": np.multiply,
    "lerp": lambda x, y, share: x + share * (y - x),
    "where": rules.where,
    "mm": rules.matmul,
    "bmm": rules.matmul,
    "mv": rules.matmul,
    "dot": rules.matmul,
    "addmm": rules.add_matmul,
    "prod": lambda x, dim=None, keepdim=False, **_: np.prod(x, axis=dim, keepdims=keepdim),
    "cumsum": lambda x, dim, **_: np.cumsum(x, axis=dim),
    "cumprod": lambda x, dim, **_: np.cumprod(x, axis=dim),
    "view": lambda x, size: np.reshape(x, tuple(size)),
    "reshape": lambda x, size: np.reshape(x, tuple(size)),
    "_unsafe_view": lambda x, size: np.reshape(x, tuple(size)),
    "unsqueeze": lambda x, dim: np.expand_dims(x, dim),
    "squeeze": rules.squeeze,
    "expand": rules.expand,
    "permute": lambda x, dims: np.transpose(x, tuple(dims)),
    "transpose": lambda x, dim0, dim1: np.swapaxes(x, dim0, dim1) if x.ndim else x,
    "t": lambda x: x.T,
    "select": rules.select,
    "slice": rules.sliced,
    "split": rules.split,
    "split_with_sizes": rules.split,
    "unbind": lambda x, dim=0: list(np.moveaxis(x, dim, 0)),
    "diagonal": rules.diagonal,
    "alias": lambda x: x,
    "detach": lambda x: x,
    "lift_fresh": lambda x: x,
    "lift_fresh_copy": lambda x: x,
    "clone": lambda x, **_: x.copy(),
    "copy": lambda x, y, *_: np.broadcast_to(y, x.shape).copy(),
    "fill": lambda x, value: np.broadcast_to(value, x.shape).copy(),
    "zero": lambda x: np.zeros(x.shape, x.dtype),
    "relu": lambda x: np.where(x > 0, x, 0 * x),
    "leaky_relu": lambda x, slope=0.01: np.where(x > 0, x, slope * x),
}  # fmt: skip
NEW = (
    "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "empty_like",
    "new_zeros", "new_ones", "new_full", "new_empty", "scalar_tensor",
)  # fmt: skip
RULES: dict[str, Rule] = {
    **{name: rules.word(word) for name, word in _ONE.items()},
    **{name: rules.two(word) for name, word in _TWO.items()},
    **{name: rules.same(each) for name, each in _COMPARED.items()},
    **{name: rules.same(each) for name, each in _PLAIN.items()},
    **dict.fromkeys(
        ("argmax", "argmin", "argsort", "all", "any", "nonzero", "bincount", "_local_scalar_dense"),
        rules.kept,
    ),
    **dict.fromkeys(NEW, rules.full_like),
    "div": rules.divide,
    "true_divide": rules.divide,
    "clamp": rules.clamp,
    "sum": rules.summed,
    "mean": rules.mean,
    "clamp_min": rules.clamp,
    "clamp_max": lambda w, k, x, high: rules.clamp(w, k, x, None, high),
    "hardtanh": lambda w, k, x, low=-1, high=1: rules.clamp(w, k, x, low, high),
    "rsqrt": lambda w, k, x: w["divide"](1, w["sqrt"](x)),
    "var": rules.variance,
    "std": rules.deviation,
    "max": rules.extreme("maximum"),
    "min": rules.extreme("minimum"),
    "amax": rules.extreme("maximum"),
    "amin": rules.extreme("minimum"),
    "logsumexp": rules.logsumexp,
    "logcumsumexp": rules.logcumsumexp,
    "_log_softmax": rules.log_softmax,
    "_softmax": rules.softmax,
    "norm": rules.norm,
    "linalg_vector_norm": rules.norm,
    "softplus": rules.softplus,
    "log_sigmoid_forward": rules.log_sigmoid,
    "_cdist_forward": rules.distances,
    "sort": rules.ordered,
    "topk": rules.ordered,
    "_to_copy": rules.cast,
}
