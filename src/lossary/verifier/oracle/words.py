"""The functions that losses are made of, on NumPy arrays of numbers with many digits.

Everything is as in exact arithmetic with infinities: exp never overflows, 1 + 1e-30 is not 1, and
log(0) is minus infinity. Entries are mpmath's numbers, or Python's where no digit was lost yet.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

Array = Any
Words = Mapping[str, Callable[..., Array]]
FAR = 1e7
"""exp of more than this is called infinite: no loss means such a number."""


def numbers(array: Array) -> Array:
    """Make an array of floats one of many-digit numbers; integers and truths stay as they are."""
    from mpmath import mpf

    array = np.asarray(array)
    if array.dtype.kind != "f":
        return array
    return np.asarray(np.frompyfunc(lambda x: mpf(float(x)), 1, 1)(array), dtype=object)


@cache
def words() -> Words:
    """Return the functions by their NumPy names, and a few that NumPy has no word for."""
    one = {name: _over(rule, 1) for name, rule in {**_smooth(), **_stepwise()}.items()}
    two = {name: _over(rule, 2) for name, rule in _pairs().items()}
    marks = {name: _marks(rule) for name, rule in _marked().items()}
    return {**one, **two, **marks}


def _over(rule: Callable[..., Any], count: int) -> Callable[..., Array]:
    over = np.frompyfunc(rule, count, 1)
    return lambda *arrays: np.asarray(over(*arrays), dtype=object)


def _marks(rule: Callable[[Any], bool]) -> Callable[[Array], Array]:
    over = np.frompyfunc(rule, 1, 1)
    return lambda array: np.asarray(over(array)).astype(bool)


def _smooth() -> dict[str, Callable[..., Any]]:
    from mpmath import mp

    def inside(rule: Callable[[Any], Any], low: float) -> Callable[[Any], Any]:
        return lambda x: rule(x) if x >= low else mp.nan

    return {
        "exp": _exp,
        "exp2": lambda x: _exp(x * mp.log(2)),
        "expm1": lambda x: _exp(x) - 1,
        "log": _log,
        "log2": lambda x: _log(x) / mp.log(2),
        "log10": lambda x: _log(x) / mp.log(10),
        "log1p": lambda x: _log(x + mp.one),
        "sqrt": inside(mp.sqrt, 0),
        "cbrt": inside(mp.cbrt, 0),
        "sin": mp.sin,
        "cos": mp.cos,
        "tan": mp.tan,
        "arcsin": lambda x: mp.asin(x) if abs(x) <= 1 else mp.nan,
        "arccos": lambda x: mp.acos(x) if abs(x) <= 1 else mp.nan,
        "arctan": mp.atan,
        "sinh": lambda x: (_exp(x) - _exp(-x)) / 2,
        "cosh": lambda x: (_exp(x) + _exp(-x)) / 2,
        "arcsinh": mp.asinh,
        "tanh": lambda x: 1 - 2 / (_exp(2 * x) + 1),
        "expit": lambda x: 1 / (1 + _exp(-x)),
        "erf": mp.erf,
        "erfc": mp.erfc,
        "gammaln": lambda x: mp.loggamma(x) if x > 0 else mp.nan,
        "digamma": lambda x: mp.digamma(x) if x > 0 else mp.nan,
        "reciprocal": lambda x: _divide(1, x),
        "square": lambda x: x * x,
        "negative": lambda x: -x,
    }


def _stepwise() -> dict[str, Callable[..., Any]]:
    from mpmath import mp

    return {
        "absolute": abs,
        "sign": lambda x: mp.nan if x != x else (x > 0) - (x < 0),
        "floor": mp.floor,
        "ceil": mp.ceil,
        "trunc": lambda x: mp.floor(x) if x >= 0 else mp.ceil(x),
        "rint": mp.nint,
    }


def _pairs() -> dict[str, Callable[..., Any]]:
    from mpmath import mp

    return {
        "divide": _divide,
        "true_divide": _divide,
        "power": _power,
        "float_power": _power,
        "maximum": lambda x, y: mp.nan if x != x or y != y else max(x, y),
        "minimum": lambda x, y: mp.nan if x != x or y != y else min(x, y),
        "fmax": lambda x, y: y if x != x else max(x, y),
        "fmin": lambda x, y: y if x != x else min(x, y),
        "logaddexp": lambda x, y: max(x, y) + _log(1 + _exp(-abs(x - y))),
        "xlogy": lambda x, y: 0 * x if x == 0 else x * _log(y),
        "xlog1py": lambda x, y: 0 * x if x == 0 else x * _log(1 + y),
        "arctan2": mp.atan2,
        "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    }


def _marked() -> dict[str, Callable[[Any], bool]]:
    from mpmath import mp

    return {
        "isnan": lambda x: bool(x != x),
        "isinf": lambda x: bool(mp.isinf(x)),
        "isfinite": lambda x: bool(mp.isfinite(x)),
    }


def _exp(x: Any) -> Any:
    from mpmath import mp

    if x != x:
        return mp.nan
    return mp.exp(x) if abs(x) < FAR else (mp.inf if x > 0 else mp.zero)


def _log(x: Any) -> Any:
    from mpmath import mp

    if x > 0:
        return mp.log(x)
    return -mp.inf if x == 0 else mp.nan


def _divide(x: Any, y: Any) -> Any:
    from mpmath import mp

    if y != 0:
        return mp.mpf(x) / y
    return mp.nan if x == 0 or x != x else (mp.inf if x > 0 else -mp.inf)


def _power(x: Any, y: Any) -> Any:
    from mpmath import mp

    if x == 0:
        return mp.inf if y < 0 else mp.mpf(1 if y == 0 else 0)
    if y == int(y):
        return mp.mpf(x) ** int(y)
    return mp.mpf(x) ** y if x > 0 else mp.nan
