"""Trivial operations fall away as a graph is built: x + 0, 1 · x, −−x, |x| · sign x and their like.

Only what is true for every number, infinities and NaN aside where a zero is multiplied away.
"""

import math
from collections.abc import Callable
from typing import Any

Nodes = tuple[Any, ...]

_NUMBERS: dict[str, Callable[..., float]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "negative": lambda x: -x,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
}


def simplified(op: str, nodes: Nodes) -> Any:
    """Return a simpler node, a number or another (op, *nodes); None if it stands as it is."""
    if op in _NUMBERS and all(node.op == "constant" for node in nodes):
        return _number(op, *(node.args[0] for node in nodes))
    rule = _RULES.get(op)
    return rule(*nodes) if rule else None


def _number(op: str, *numbers: float) -> float | None:
    """Compute an operation on numbers; None where Python has no answer, and arrays have one."""
    try:
        found = _NUMBERS[op](*numbers)
    except (ArithmeticError, ValueError):
        return None
    return found if isinstance(found, float) else None


def _is(node: Any, number: float) -> bool:
    return node.op == "constant" and node.args[0] == number


def _add(x: Any, y: Any) -> Any:
    if _is(x, 0):
        return y
    if _is(y, 0):
        return x
    return x - y.args[0] if y.op == "negative" else None


def _subtract(x: Any, y: Any) -> Any:
    if _is(y, 0):
        return x
    if _is(x, 0):
        return -y
    if x is y:
        return 0.0
    return x + y.args[0] if y.op == "negative" else None


def _multiply(x: Any, y: Any) -> Any:
    if _is(x, 0) or _is(y, 0):
        return 0.0
    for one, other in ((x, y), (y, x)):
        if _is(one, 1):
            return other
        if _is(one, -1):
            return -other
        if one.op == "negative":
            return -(one.args[0] * other)
        if one.op == "abs" and other.op == "sign" and one.args[0] is other.args[0]:
            return one.args[0]
        # A branch that is zero stays zero, even where the other factor is infinite.
        if other.op == "where" and _is(other.args[1], 0):
            return "where", other.args[0], other.args[1], one * other.args[2]
        if other.op == "where" and _is(other.args[2], 0):
            return "where", other.args[0], one * other.args[1], other.args[2]
        # A number stands in front, and meets the numbers further in.
        if one.op == "constant" and other.op == "multiply" and other.args[0].op == "constant":
            return one.args[0] * other.args[0].args[0] * other.args[1]
    if x is y and x.op == "abs":
        return x.args[0] * x.args[0]
    return y * x if y.op == "constant" and x.op != "constant" else None


def _divide(x: Any, y: Any) -> Any:
    if _is(x, 0):
        return 0.0
    if _is(y, 1):
        return x
    return -(x.args[0] / y) if x.op == "negative" else None


def _equal(x: Any, y: Any) -> Any:
    # A parameter of zero is traced as the number, so what is traced as a parameter is not zero.
    if x.op == "constant" and y.op == "constant":
        return x.args[0] == y.args[0]
    return False if x.op == "parameter" and _is(y, 0) else None


def _power(x: Any, y: Any) -> Any:
    if _is(y, 1):
        return x
    if _is(y, 0):
        return 1.0
    return x * x if _is(y, 2) else None


def _where(condition: Any, yes: Any, no: Any) -> Any:
    if condition.op == "constant":
        return yes if condition.args[0] else no
    if yes is no:
        return yes
    # Within a branch, its own condition is known.
    if yes.op == "where" and yes.args[0] is condition:
        return "where", condition, yes.args[1], no
    if no.op == "where" and no.args[0] is condition:
        return "where", condition, yes, no.args[2]
    return None


_RULES: dict[str, Callable[..., Any]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "where": _where,
    "equal": _equal,
    "negative": lambda x: x.args[0] if x.op == "negative" else None,
    "abs": lambda x: abs(x.args[0]) if x.op in ("abs", "negative") else None,
}
