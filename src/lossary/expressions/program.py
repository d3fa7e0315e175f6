"""From a graph to a function on arrays: straight Python, a line for each node."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from lossary.expressions.graph import LEAVES, Expression, walk

_OPERATORS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "power": "{} ** {}", "negative": "-{}", "less": "{} < {}", "less_equal": "{} <= {}",
    "greater": "{} > {}", "greater_equal": "{} >= {}", "equal": "{} == {}",
    "not_equal": "{} != {}", "logical_and": "{} & {}", "logical_or": "{} | {}",
    "logical_not": "~{}",
}  # fmt: skip


_PLAIN = frozenset({"add", "subtract", "multiply", "divide", "power", "negative"})
"""What bare numbers can do by themselves; for all else one of them is made an array."""
_ROWS = {
    "sum": "xp.sum({}, axis=-1)", "mean": "xp.mean({}, axis=-1)", "spread": "{}",
    "logsumexp": "xp.logsumexp({}, axis=-1)", "count": "{}.shape[-1]",
}  # fmt: skip


def source(nodes: Sequence[Expression], arguments: Sequence[str]) -> str:
    """Write the Python of a function `computed(xp, *arguments)` that returns these nodes' values.

    The first argument must be an array; it tells the dtype and the device.

    >>> from lossary.expressions import symbol
    >>> print(source([symbol("x") * 2.0], ["x"]))
    def computed(xp, x):
        v1 = 2.0 * x
        return (v1,)
    """
    names: dict[Expression, str] = {}
    arrays: set[Expression] = set()
    like = _like(nodes, arguments[0])
    prefix = "v" if not any(name[1:].isdigit() for name in arguments) else "v_"
    lines = [f"def computed({', '.join(['xp', *arguments])}):"]
    for node in walk(*nodes):
        if node.op in LEAVES:
            names[node] = _leaf(node, arguments[0])
            arrays.update([node] if node.op in ("symbol", "row") else [])
            continue
        called = [_placed(each, node, names, arrays) for each in node.args]
        if node.op == "where" and not arrays.intersection(node.args[1:]):
            # Two bare numbers would come out in the framework's default dtype.
            called[1] = f"xp.zeros_like({arguments[0]}) + {called[1]}"
        elif node.op not in _PLAIN and not arrays.intersection(node.args):
            called[0] = f"xp.zeros_like({like}) + {called[0]}"
            arrays.add(node)
        arrays.update([node] if arrays.intersection(node.args) and node.op != "count" else [])
        names[node] = f"{prefix}{len(lines)}"
        lines.append(f"    {names[node]} = {_called(node, called)}")
    return "\n".join([*lines, f"    return ({''.join(names[node] + ', ' for node in nodes)[:-1]})"])


@cache
def compiled(nodes: tuple[Expression, ...], arguments: tuple[str, ...]) -> Callable[..., Any]:
    """Turn graphs into a function `computed(xp, *arguments)` of arrays of any framework."""
    room: dict[str, Any] = {"inf": float("inf"), "nan": float("nan")}
    exec(source(nodes, arguments), room)
    return room["computed"]


def _like(nodes: Sequence[Expression], first: str) -> str:
    """Write an array of entries: the first argument, or one place of it where it holds rows."""
    rows = any(node.op == "symbol" and node.args[0] == first and node.ndim for node in walk(*nodes))
    return f"{first}[..., 0]" if rows else first


def _leaf(node: Expression, like: str) -> str:
    name = str(node.args[0])
    if node.op == "row":
        return f"xp.row({name}, {like})"
    return f"({name})" if name.startswith("-") else name


def _placed(
    node: Expression, within: Expression, names: dict[Expression, str], arrays: set[Expression]
) -> str:
    """Name an argument; where an entry meets rows, it wants a last axis to meet them on."""
    meets = within.ndim > node.ndim and within.op != "one_hot" and node in arrays
    return f"{names[node]}[..., None]" if meets else names[node]


def _called(node: Expression, names: list[str]) -> str:
    if node.op in _ROWS:
        return _ROWS[node.op].format(*names)
    if node.op in _OPERATORS:
        return _OPERATORS[node.op].format(*names)
    return f"xp.{node.op}({', '.join(names)})"
