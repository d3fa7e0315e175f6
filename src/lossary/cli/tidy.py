"""A formula as a person would write it: without guards, branches outermost, like factors together.

The graph of a loss is made for computing: it keeps 0 · inf at zero and takes no branch that is not
needed. For reading, `tidied` returns a graph of the same value wherever the plain formula has one.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from lossary.expressions import constant, symbol
from lossary.expressions.graph import LEAVES, make, walk

Node = Any  # an Expression, whose operators are set where a type checker does not look
Factors = dict[Node, float]
Product = tuple[float, Factors]
ZERO, ONE = constant(0.0), constant(1.0)
MOST_BRANCHES = 3
"""With more conditions than these, branches stay where they are."""


def tidied(node: Node) -> Node:
    """Rewrite a graph for reading.

    >>> from lossary import PoissonNLL, SquaredError
    >>> tidied(SquaredError().traced().slopes[0])
    multiply(2.0, subtract(prediction, target))
    """
    return _split(_unguarded(_sides(node), frozenset()))


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


@cache
def _unguarded(node: Node, nonzero: frozenset[Node]) -> Node:
    """Drop the branches that only keep 0 · inf and 0 / 0 away, and those that pass NaN on.

    `nonzero` are the nodes that may be taken for other than zero here: this place counts for
    nothing where one of them is zero.
    """
    if node.op in LEAVES:
        return node
    if node.op == "multiply":
        x, y = node.args
        return _unguarded(x, nonzero | _atoms(y)) * _unguarded(y, nonzero | _atoms(x))
    if node.op == "where":
        condition, yes, no = node.args
        if condition.op == "isnan":
            return _unguarded(no, nonzero)
        if condition.op == "equal" and condition.args[1] is ZERO:
            guard = _atoms(condition.args[0])
            inner = _unguarded(no, nonzero | guard)
            if guard <= nonzero or (yes is ZERO and _vanishes(inner, guard)):
                return inner
    return make(node.op, *(_unguarded(child, nonzero) for child in node.args))


def _atoms(node: Node) -> frozenset[Node]:
    """Return what a product is made of."""
    if node.op == "negative":
        return _atoms(node.args[0])
    if node.op == "multiply":
        return _atoms(node.args[0]) | _atoms(node.args[1])
    return frozenset([node])


def _vanishes(node: Node, guard: frozenset[Node]) -> bool:
    """Say whether a node is a product that has the guard's factors, or a power of the guard."""
    if node.op == "power":
        return guard == {node.args[0]}
    return guard <= _atoms(node) | _atoms(_built(_product(node)))


def _split(node: Node, depth: int = 0) -> Node:
    """Bring the branches outermost, and what is known within each of them to bear."""
    conditions = [each.args[0] for each in walk(node) if each.op == "where"]
    if not conditions or depth == MOST_BRANCHES:
        return _built(_product(node))
    outermost = conditions[-1]
    yes, no = (_split(_assumed(node, outermost, truth), depth + 1) for truth in (True, False))
    return make("where", outermost, yes, no)


def _assumed(node: Node, condition: Node, truth: bool) -> Node:
    """Take a condition as given: its branches, and the maxima and minima that it decides."""
    decided = {"greater": "minimum", "less": "maximum"}.get(condition.op)

    def other(each: Node) -> Node | None:
        if each.op == "where" and each.args[0] is condition:
            return _assumed(each.args[1 if truth else 2], condition, truth)
        if decided and each.op == decided and each.args == condition.args:
            return _assumed(each.args[1 if truth else 0], condition, truth)
        return None

    return _rebuilt(node, other)


@cache
def _product(node: Node) -> Product:
    """Return a node as a number times powers of factors, which nobody may change."""
    if node.op == "constant":
        return node.args[0], {}
    if node.op in _PRODUCTS:
        return _PRODUCTS[node.op](*node.args)
    if node.op in LEAVES:
        return 1.0, {node: 1}
    children = [_built(_product(child)) for child in node.args]
    if node.op == "log1p":
        return 1.0, {make("log", 1 + children[0]): 1}
    return 1.0, {make(node.op, *children): 1}


def _times(x: Product, y: Product, sign: float = 1) -> Product:
    """Multiply two products, or divide them where the sign is -1."""
    factors = dict(x[1])
    for factor, exponent in y[1].items():
        factors[factor] = factors.get(factor, 0) + sign * exponent
    for factor in [each for each in factors if each.op == "abs"]:
        inner, turn = factor.args[0], make("sign", factor.args[0])
        if factors[factor] == factors.get(turn) == 1:  # |x| sign x = x
            del factors[factor], factors[turn]
            factors[inner] = factors.get(inner, 0) + 1
    return x[0] * y[0] ** sign, {each: power for each, power in factors.items() if power}


def _sum(x: Node, y: Node, sign: float) -> Product:
    """Add what differs by a number only; any other sum is one factor."""
    left, right = _product(x), _product(y)
    right = sign * right[0], right[1]
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    if left[0] < 0 < right[0]:
        left, right = right, left
    if left[0] < 0:
        return -1.0, {_built((-left[0], left[1])) + _built((-right[0], right[1])): 1}
    return 1.0, {_joined(left, right): 1}


def _joined(left: Product, right: Product) -> Node:
    if right[0] < 0:
        return _built(left) - _built((-right[0], right[1]))
    return _built(left) + _built(right)


def _built(product: Product) -> Node:
    """Turn a product into a graph again: a sign, a number, what is above and below the line."""
    number, factors = product
    if number < 0:
        return -_built((-number, factors))
    below = 1 / number if 0 < number < 1 and (1 / number).is_integer() else 1.0
    above = ONE if below != 1 else constant(number)
    for factor in _raised(factors, 1):
        above = factor if above is ONE else make("multiply", above, factor)
    under = constant(below)
    for factor in _raised(factors, -1):
        under = factor if under is ONE else make("multiply", under, factor)
    return make("divide", above, under)


def _raised(factors: Factors, sign: int) -> Iterator[Node]:
    """Yield the powers above or below the line, single letters first."""
    for factor in sorted(factors, key=lambda each: each.op not in LEAVES):
        if factors[factor] * sign > 0:
            yield make("power", factor, constant(abs(factors[factor])))


def _power(x: Node, y: Node) -> Product:
    if y.op != "constant" or not y.args[0].is_integer():  # (x²)^½ is not x
        return 1.0, {make("power", _built(_product(x)), _built(_product(y))): 1}
    (number, factors), exponent = _product(x), y.args[0]
    return number**exponent, {each: own * exponent for each, own in factors.items()}


_PRODUCTS: dict[str, Callable[..., Any]] = {
    "negative": lambda x: _times((-1.0, {}), _product(x)),
    "multiply": lambda x, y: _times(_product(x), _product(y)),
    "divide": lambda x, y: _times(_product(x), _product(y), -1),
    "add": lambda x, y: _sum(x, y, 1),
    "subtract": lambda x, y: _sum(x, y, -1),
    "power": _power,
}
