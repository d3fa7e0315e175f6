"""Reads from its source whether a loss uses an argument as an array or as a number."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import ModuleType
from typing import Any

WHOLE = ("norm", "normalize", "l2_normalize", "sum", "mean", "std", "var", "softmax", "log_softmax",
         "logsumexp", "reduce_sum", "reduce_mean", "reduce_logsumexp", "sigmoid", "expit",
         "stop_gradient", "square", "argmax", "zeros_like", "ones_like", "unsqueeze",
         "expand_dims", "reshape", "transpose")  # fmt: skip
"""Functions of a module that are asked for an array first: norm(p, axis=1), sum(p * z)."""


def used_as_array(function: Any, name: str, arrays: set[str]) -> bool:
    """Say whether an argument is sliced, summed, multiplied as a matrix, or put beside an array."""
    known = arrays | _sums(function, arrays - {name})
    return any(
        _of_array(each, name, known) or _whole(each, name, function) for each in _lines(function)
    )


def used_as_exponent(function: Any, name: str) -> bool:
    """Say whether an argument stands as a power, or as the degree of a norm."""
    return any(
        _of_power(each, name) and not _whole(each, name, function) for each in _lines(function)
    )


def _lines(function: Any) -> Iterator[ast.AST]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return
    yield from ast.walk(tree)


def _of_array(node: ast.AST, name: str, arrays: set[str]) -> bool:
    if isinstance(node, ast.Attribute | ast.Subscript):
        return _is(node.value, name)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        sides = [each.id for each in (node.left, node.right) if isinstance(each, ast.Name)]
        alone = len(sides) == 2 and name in sides and bool({*sides} & (arrays - {name}))
        beside = _bare(node.right)
        called = isinstance(beside, ast.Name) and beside.id in arrays - {name}
        return alone or (_is(node.left, name) and (called or _sum_of(beside, arrays - {name})))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _is(node.left, name) and isinstance(node.right, ast.Name) and node.right.id in arrays
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return _is(node.left, name) or _is(node.right, name)
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".dot", ".matmul")):
        return any(_is(each, name) for each in node.args)
    if isinstance(node, ast.Call) and len(node.args) == 2:
        return _is(node.args[0], name) or (_is(node.args[1], name) and _distance(node))
    return False


def _sums(function: Any, arrays: set[str]) -> set[str]:
    """Return the names that are given to sums of arrays: target = reward + gamma * next_q."""
    given = (each for each in _lines(function) if isinstance(each, ast.Assign))
    sums = [each.targets[0] for each in given if _sum_of(_bare(each.value), arrays)]
    return {each.id for each in sums if isinstance(each, ast.Name)}


def _bare(node: ast.AST) -> ast.AST:
    """Take off what holds a gradient back: x of x.detach(), and of stop_gradient(x)."""
    while isinstance(node, ast.Call) and len(node.args) <= 1:
        if not node.args and not isinstance(node.func, ast.Attribute):
            break
        node = node.args[0] if node.args else node.func.value  # type: ignore[attr-defined]
    return node


def _sum_of(node: ast.AST, arrays: set[str]) -> bool:
    """Say whether this is a sum that begins with an array, as in q - (reward + gamma * next_q)."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return False
    return isinstance(node.left, ast.Name) and node.left.id in arrays


def _whole(node: ast.AST, name: str, function: Any) -> bool:
    """Say whether a function of a module takes an argument first: not p of x.norm(p)."""
    if not isinstance(node, ast.Call) or not node.args or not _is(node.args[0], name):
        return False
    owner, _, word = ast.unparse(node.func).rpartition(".")
    return word in WHOLE and (not owner or _is_module(owner, function))


def _is_module(owner: str, function: Any) -> bool:
    """Say whether a name stands for a module in a function, as far as it is known around it."""
    around = getattr(inspect.unwrap(function), "__globals__", {})
    return isinstance(around.get(owner.partition(".")[0]), ModuleType)


def _distance(call: ast.Call) -> bool:
    return any(word in ast.unparse(call.func) for word in ("dist", "similarity"))


def _of_power(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return any(_is(each, name) for each in ast.walk(node.right))
    if isinstance(node, ast.Call):
        word = ast.unparse(node.func).rpartition(".")[2]
        named = any(each.arg in ("p", "ord") and _is(each.value, name) for each in node.keywords)
        last = bool(node.args) and _is(node.args[-1], name)
        return named or (word in ("pow", "power", "norm", "cdist") and last)
    return False


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
