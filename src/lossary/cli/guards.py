"""Branches that only keep 0 · inf and 0 / 0 away: a formula that is read can do without them."""

from functools import cache
from typing import Any

from lossary.cli.products import product, written
from lossary.expressions import constant
from lossary.expressions.graph import LEAVES, make

Node = Any
ZERO = constant(0.0)


@cache
def unguarded(node: Node, nonzero: frozenset[Node]) -> Node:
    """Drop the branches that only keep 0 · inf and 0 / 0 away, and those that pass NaN on.

    `nonzero` are the nodes that may be taken for other than zero here: this place counts for
    nothing where one of them is zero.
    """
    if node.op in LEAVES:
        return node
    if node.op == "multiply":
        x, y = node.args
        return unguarded(x, nonzero | _atoms(y)) * unguarded(y, nonzero | _atoms(x))
    if node.op == "where":
        asked, yes, no = node.args
        condition = _of_numbers(asked)
        if condition.op == "isnan":
            return unguarded(no, nonzero)
        if condition.op == "equal" and condition.args[1] is ZERO:
            guard = _atoms(condition.args[0])
            inner = unguarded(no, nonzero | guard)
            if guard <= nonzero or (yes is ZERO and _vanishes(inner, guard)):
                return inner
    return make(node.op, *(unguarded(child, nonzero) for child in node.args))


def _of_numbers(condition: Node) -> Node:
    """Drop from a condition that something is not NaN."""
    if condition.op == "logical_and":
        one, other = condition.args
        if other.op == "logical_not" and other.args[0].op == "isnan":
            return one
    return condition


def _atoms(node: Node) -> frozenset[Node]:
    """Return what a product is made of."""
    if node.op == "negative":
        return _atoms(node.args[0])
    if node.op == "multiply":
        return _atoms(node.args[0]) | _atoms(node.args[1])
    return frozenset([node])


def _vanishes(node: Node, guard: frozenset[Node]) -> bool:
    """Say whether a node is zero where the guard is, or has no value there.

    It is a product that has the guard's factors, a power of the guard, or divided by one.
    """
    if node.op == "where":
        return all(_vanishes(branch, guard) for branch in node.args[1:])
    if node is ZERO or guard <= _atoms(node) | _atoms(written(product(node))):
        return True
    _, factors = product(node)
    return any(
        exponent < 0 or node is each for each, exponent in factors.items() if _root(each, guard)
    )


def _root(node: Node, guard: frozenset[Node]) -> bool:
    """Say whether a node is the guard, or a root or a power of it."""
    return guard == {node.args[0] if node.op in ("power", "sqrt") else node}
