"""Follows a JAX loss in numbers of many digits: its jaxpr, line by line, on NumPy arrays."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from lossary.adapters.foreign.jax import double

Array = Any
Words = Mapping[str, Callable[..., Array]]
Rule = Callable[..., Any]

INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")
MOVES = frozenset(
    [
        "rev",
        "slice",
        "dynamic_slice",
        "gather",
        "pad",
        "dynamic_update_slice",
        "scatter",
        "split",
        "stack",
    ]
)
"""Operations that only carry numbers about: the numbers of their places are carried instead."""


def followed(function: Callable[..., Any], arrays: Sequence[Any], words: Words) -> Any:
    """Return the loss as a function of arrays of many-digit numbers."""
    traced = jax.make_jaxpr(function)(*arrays)

    def along(given: Sequence[Array]) -> Array:
        constants = [np.asarray(each) for each in traced.consts]
        with double(True):
            return _run(traced.jaxpr, constants, list(given), words)[0]

    return along


def _run(jaxpr: Any, constants: list[Array], given: list[Array], words: Words) -> list[Array]:
    held: dict[Any, Array] = dict(zip(jaxpr.constvars, constants, strict=True))
    held.update(zip(jaxpr.invars, given, strict=True))

    def read(each: Any) -> Array:
        return np.asarray(each.val) if hasattr(each, "val") else held[each]

    for line in jaxpr.eqns:
        found = _made(line, [read(each) for each in line.invars], words)
        held.update(zip(line.outvars, found, strict=True))
    return [read(each) for each in jaxpr.outvars]


def _made(line: Any, given: list[Array], words: Words) -> list[Array]:
    name, options = line.primitive.name, line.params
    inner = next((options[each] for each in INNER if each in options), None)
    if inner is not None and name not in ("while", "scan", "cond"):
        jaxpr, constants = (inner.jaxpr, inner.consts) if hasattr(inner, "jaxpr") else (inner, [])
        return _run(jaxpr, [np.asarray(each) for each in constants], given, words)
    if name not in CHEAP and not any(each.dtype == object for each in given):
        found = line.primitive.bind(*(jax.numpy.asarray(each) for each in given), **options)
        return [np.asarray(e) for e in (found if line.primitive.multiple_results else [found])]
    if name in MOVES:
        return _moved(line, given)
    found = RULES[name](words, *given, **options)
    return found if line.primitive.multiple_results else [np.asarray(found)]


def _moved(line: Any, given: list[Array]) -> list[Array]:
    """Carry many-digit numbers as the operation carries the numbers of their places."""
    start, numbered, pool = 0, [], []
    for each in given:
        if each.dtype == object or each.dtype.kind == "f":
            numbered.append(jax.numpy.arange(start, start + each.size).reshape(each.shape))
            pool.append(np.ravel(each))
            start += each.size
        else:
            numbered.append(jax.numpy.asarray(each))
    options = {**line.params}
    if "fill_value" in options:
        options["fill_value"] = 0
    found = line.primitive.bind(*numbered, **options)
    places = found if line.primitive.multiple_results else [found]
    values = np.concatenate(pool)
    return [values[np.clip(np.asarray(each), 0, start - 1)] for each in places]


def _word(name: str) -> Rule:
    return lambda words, *given, **_: words[name](*given)


def _plain(rule: Callable[..., Any]) -> Rule:
    return lambda words, *given, **_: rule(*given)


def _over(rule: Callable[..., Any]) -> Rule:
    return lambda words, x, *, axes, **_: rule(x, axis=tuple(axes))


def _dot(words: Words, x: Array, y: Array, *, dimension_numbers: Any, **_: Any) -> Array:
    """Sum over the axes that both share, and keep the batch's axes in front, as JAX does."""
    (over_x, over_y), (batch_x, batch_y) = dimension_numbers
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    names_x = [next(letters) for _ in range(x.ndim)]
    names_y = [next(letters) for _ in range(y.ndim)]
    for one, other in (*zip(over_x, over_y, strict=True), *zip(batch_x, batch_y, strict=True)):
        names_y[other] = names_x[one]
    free_x = [n for a, n in enumerate(names_x) if a not in over_x and a not in batch_x]
    free_y = [n for a, n in enumerate(names_y) if a not in over_y and a not in batch_y]
    out = [names_x[axis] for axis in batch_x] + free_x + free_y
    sentence = f"{''.join(names_x)},{''.join(names_y)}->{''.join(out)}"
    return np.einsum(sentence, x.astype(object), y.astype(object))


def _broadcast(words: Words, x: Array, *, shape: Any, broadcast_dimensions: Any, **_: Any) -> Array:
    spread = [1] * len(shape)
    for axis, place in enumerate(broadcast_dimensions):
        spread[place] = x.shape[axis]
    return np.broadcast_to(x.reshape(spread), shape)


def _cast(words: Words, x: Array, *, new_dtype: Any, **_: Any) -> Array:
    return x if x.dtype == object and new_dtype.kind == "f" else x.astype(new_dtype)


def _iota(words: Words, *, dtype: Any, shape: Any, dimension: int, **_: Any) -> Array:
    spread = [-1 if axis == dimension else 1 for axis in range(len(shape))]
    return np.broadcast_to(np.arange(shape[dimension], dtype=dtype).reshape(spread), shape)


def _select(words: Words, which: Array, *cases: Array, **_: Any) -> Array:
    return np.choose(which.astype(int), cases) if which.ndim else cases[int(which)]


def _clamp(words: Words, low: Array, x: Array, high: Array, **_: Any) -> Array:
    return words["minimum"](words["maximum"](x, low), high)


def _sort(words: Words, *given: Array, dimension: int, num_keys: int, **_: Any) -> list[Array]:
    keys = given[:num_keys][::-1]
    order = np.lexsort([each.astype(float) for each in keys], axis=dimension)
    return [np.take_along_axis(each, order, dimension) for each in given]


def _running(rule: Callable[..., Any]) -> Rule:
    def run(words: Words, x: Array, *, axis: int, reverse: bool = False, **_: Any) -> Array:
        turned = np.flip(x, axis) if reverse else x
        found = rule(turned, axis=axis)
        return np.flip(found, axis) if reverse else found

    return run


def _most(rule: Callable[..., Any]) -> Rule:
    return lambda words, x, *, axes, index_dtype, **_: rule(x.astype(float), axis=axes[0]).astype(
        index_dtype
    )


def _added(words: Words, x: Array, places: Array, updates: Array, **_: Any) -> Array:
    raise LookupError("scatter-add is not followed")


_WORDS = {
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log", "log1p": "log1p", "sqrt": "sqrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos",
    "atan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh",
    "logistic": "expit", "erf": "erf", "erfc": "erfc", "lgamma": "gammaln", "digamma": "digamma",
    "abs": "absolute", "sign": "sign", "floor": "floor", "ceil": "ceil", "round": "rint",
    "square": "square", "neg": "negative", "is_finite": "isfinite", "div": "divide",
    "pow": "power", "max": "maximum", "min": "minimum", "atan2": "arctan2", "cbrt": "cbrt",
}  # fmt: skip
CHEAP = frozenset(
    [
        "add",
        "sub",
        "mul",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "select_n",
        "broadcast_in_dim",
        "reshape",
        "squeeze",
        "expand_dims",
        "transpose",
        "convert_element_type",
        "stop_gradient",
        "iota",
        "concatenate",
    ]
)
"""Operations that NumPy makes at once, where JAX would compile a program for each shape."""
RULES: dict[str, Rule] = {
    **{name: _word(word) for name, word in _WORDS.items()},
    "add": _plain(np.add), "add_any": _plain(np.add), "sub": _plain(np.subtract),
    "mul": _plain(np.multiply), "eq": _plain(np.equal), "ne": _plain(np.not_equal),
    "lt": _plain(np.less), "le": _plain(np.less_equal), "gt": _plain(np.greater),
    "ge": _plain(np.greater_equal), "stop_gradient": _plain(lambda x: x),
    "optimization_barrier": lambda words, *given, **_: list(given),
    "rsqrt": lambda words, x, **_: words["divide"](1, words["sqrt"](x)),
    "integer_pow": lambda words, x, *, y, **_: words["power"](x, y),
    "reduce_sum": _over(np.sum), "reduce_prod": _over(np.prod), "reduce_max": _over(np.max),
    "reduce_min": _over(np.min), "cumsum": _running(np.cumsum), "cumprod": _running(np.cumprod),
    "argmax": _most(np.argmax), "argmin": _most(np.argmin), "dot_general": _dot,
    "broadcast_in_dim": _broadcast, "copy": _plain(lambda x: x), "copy_p": _plain(lambda x: x),
    "reshape": lambda words, x, *, new_sizes, **_: x.reshape(new_sizes),
    "squeeze": lambda words, x, *, dimensions, **_: np.squeeze(x, tuple(dimensions)),
    "expand_dims": lambda words, x, *, dimensions, **_: np.expand_dims(x, tuple(dimensions)),
    "transpose": lambda words, x, *, permutation, **_: np.transpose(x, permutation),
    "convert_element_type": _cast, "iota": _iota,
    "concatenate": lambda words, *given, dimension, **_: np.concatenate(given, axis=dimension),
    "select_n": _select, "clamp": _clamp, "sort": _sort,
    "scatter-add": _added,
    "cumlogsumexp": lambda words, x, **options: words["log"](
        _running(np.cumsum)(words, words["exp"](x), **options)
    ),
}  # fmt: skip
