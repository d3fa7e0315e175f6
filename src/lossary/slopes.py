"""The slope of each small function a loss is made of: one table, for symbols and arrays alike.

A rule takes the namespace, the function's result and its arguments, and returns one partial
derivative for each argument (None where there is none). Kinks have one convention, kept on every
framework: |x| has slope zero at zero, and a clip passes the slope on at its bounds.
"""

from collections.abc import Callable
from typing import Any

Rule = Callable[..., tuple[Any, ...]]


def _where(xp: Any, out: Any, condition: Any, yes: Any, no: Any) -> tuple[Any, ...]:
    return None, xp.where(condition, 1.0, 0.0), xp.where(condition, 0.0, 1.0)


def _power(xp: Any, out: Any, base: Any, exponent: Any) -> tuple[Any, ...]:
    return exponent * base ** (exponent - 1), out * xp.log(base)


SLOPES: dict[str, Rule] = {
    "add": lambda xp, out, x, y: (1.0, 1.0),
    "subtract": lambda xp, out, x, y: (1.0, -1.0),
    "multiply": lambda xp, out, x, y: (y, x),
    "divide": lambda xp, out, x, y: (1 / y, -out / y),
    "negative": lambda xp, out, x: (-1.0,),
    "power": _power,
    "abs": lambda xp, out, x: (xp.sign(x),),
    "sign": lambda xp, out, x: (0.0,),
    "exp": lambda xp, out, x: (out,),
    "expm1": lambda xp, out, x: (xp.exp(x),),
    "log": lambda xp, out, x: (1 / x,),
    "log1p": lambda xp, out, x: (1 / (1 + x),),
    "sqrt": lambda xp, out, x: (0.5 / out,),
    "tanh": lambda xp, out, x: (1 - out * out,),
    "sigmoid": lambda xp, out, x: (out * xp.sigmoid(-x),),
    "softplus": lambda xp, out, x: (xp.sigmoid(x),),
    "logaddexp": lambda xp, out, x, y: (xp.sigmoid(x - y), xp.sigmoid(y - x)),
    "where": _where,
}
"""Differentiable functions; comparisons and `isnan` have no slope and stand in no rule."""
