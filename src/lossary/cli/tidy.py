"""A formula as a person would write it: without guards, branches outermost, like factors together.

The graph of a loss is made for computing: it keeps 0 · inf at zero and takes no branch that is not
needed. For reading, `tidied` returns a graph of the same value wherever the plain formula has one.
"""

from collections.abc import Callable
from operator import is_
from typing import Any

from lossary.cli.guards import unguarded
from lossary.cli.products import product, written
from lossary.expressions import symbol
from lossary.expressions.graph import LEAVES, make, walk

Node = Any  # an Expression, whose operators are set where a type checker does not look
MOST_BRANCHES = 3
"""With more conditions than these, branches stay where they are."""


def tidied(node: Node) -> Node:
    """Rewrite a graph for reading.

    >>> from lossary import PoissonNLL, SquaredError
    >>> tidied(SquaredError().traced().slopes[0])
    multiply(2.0, subtract(prediction, target))
    """
    return _split(unguarded(_sides(node), frozenset()))


def replaced(node: Node, old: Node, new: Node) -> Node:
    """Put one node in another's place, wherever it stands."""
    return _rebuilt(node, lambda each: new if each is old else None)


def _rebuilt(root: Node, other: Callable[[Node], Node | None]) -> Node:
    """Make a graph again from its leaves up, with what `other` returns where it returns a node."""
    made: dict[Node, Node] = {}
    for node in walk(root):
        found = other(node)
        if found is None:
            leaf = node.op in LEAVES
            found = node if leaf else make(node.op, *(made[child] for child in node.args))
        made[node] = found
    return made[root]


def _sides(node: Node) -> Node:
    """Call a label of 0 or -1 against 1 the side it names: one symbol, +1 or -1."""
    target: Node = symbol("target")
    return replaced(node, make("where", target == 0, -1.0, target), symbol("s"))


def _split(node: Node, depth: int = 0) -> Node:
    """Bring the branches outermost, and what is known within each of them to bear."""
    wheres = (each.args[0] for each in walk(node) if each.op == "where")
    # What differs along a row cannot be asked outside the sum over it.
    conditions = [condition for condition in wheres if condition.ndim <= node.ndim]
    if not conditions or depth == MOST_BRANCHES:
        return written(product(node))
    outermost = conditions[-1]
    yes, no = (_split(_assumed(node, outermost, truth), depth + 1) for truth in (True, False))
    return make("where", outermost, yes, no)


def _assumed(node: Node, condition: Node, truth: bool) -> Node:
    """Take a condition as given: its branches, and the maxima and minima that it decides."""
    decided = {"greater": "minimum", "less": "maximum"}.get(condition.op)

    def other(each: Node) -> Node | None:
        if each.op == "where" and each.args[0] is condition:
            return _assumed(each.args[1 if truth else 2], condition, truth)
        if decided and each.op == decided and all(map(is_, each.args, condition.args)):
            return _assumed(each.args[1 if truth else 0], condition, truth)
        return None

    return _rebuilt(node, other)
