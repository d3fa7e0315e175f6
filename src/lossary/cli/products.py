"""Products of powers: like factors come together, and what stands above and below cancels."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from lossary.expressions import constant, symbol
from lossary.expressions.graph import LEAVES, make

Node = Any  # an Expression, whose operators are set where a type checker does not look
Factors = dict[Node, float]
Product = tuple[float, Factors]
ONE = constant(1.0)
LENGTH = symbol("K")
"""How many entries a row has."""


@cache
def product(node: Node) -> Product:
    """Return a node as a number times powers of factors, which nobody may change."""
    if node.op == "constant":
        return node.args[0], {}
    if node.op in _PRODUCTS:
        return _PRODUCTS[node.op](*node.args)
    if node.op in LEAVES:
        return 1.0, {node: 1}
    children = [written(product(child)) for child in node.args]
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
    left, right = product(x), product(y)
    right = sign * right[0], right[1]
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    terms = _cancelled([*_terms(x), *(_times((sign, {}), each) for each in _terms(y))])
    if terms is not None:
        return product(terms)
    if left[0] < 0 < right[0]:
        left, right = right, left
    if left[0] < 0:
        return -1.0, {written((-left[0], left[1])) + written((-right[0], right[1])): 1}
    return 1.0, {_joined(left, right): 1}


def _terms(node: Node) -> list[Product]:
    """Take nested sums apart."""
    if node.op not in ("add", "subtract"):
        return [product(node)]
    sign = 1.0 if node.op == "add" else -1.0
    second = [_times((sign, {}), each) for each in _terms(node.args[1])]
    return [*_terms(node.args[0]), *second]


def _cancelled(terms: list[Product]) -> Node | None:
    """Return the sum of terms if some of them cancel, and None if none do."""
    left: dict[frozenset[Any], tuple[float, Factors]] = {}
    for number, factors in terms:
        key = frozenset(factors.items())
        left[key] = left.get(key, (0.0, factors))[0] + number, factors
    kept = [each for each in left.values() if each[0]]
    if len(kept) == len(left):
        return None
    total: Node = constant(0.0)
    for each in kept:
        total = _joined(product(total), each)
    return total


def _row_sum(x: Node) -> Product:
    """Sum a row: term by term, with what is the same for all entries in front."""
    if x.op in ("add", "subtract"):
        one, other = (written(_row_sum(each)) for each in x.args)
        return _sum(one, other, 1.0 if x.op == "add" else -1.0)
    number, factors = product(x)
    if not x.ndim:
        return _times((number, factors), (1.0, {LENGTH: 1}))
    outside = {each: power for each, power in factors.items() if not each.ndim}
    row = written((1.0, {each: power for each, power in factors.items() if each.ndim}))
    # A label is one of the classes: its row of zeros and a one sums to one.
    return number, outside if row.op == "one_hot" else outside | {make("sum", row): 1}


def _joined(left: Product, right: Product) -> Node:
    if right[0] < 0:
        return written(left) - written((-right[0], right[1]))
    return written(left) + written(right)


def written(product: Product) -> Node:
    """Turn a product into a graph again: a sign, a number, what is above and below the line."""
    number, factors = product
    if number < 0:
        return -written((-number, factors))
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
        return 1.0, {make("power", written(product(x)), written(product(y))): 1}
    (number, factors), exponent = product(x), y.args[0]
    return number**exponent, {each: own * exponent for each, own in factors.items()}


_PRODUCTS: dict[str, Callable[..., Any]] = {
    "negative": lambda x: _times((-1.0, {}), product(x)),
    "multiply": lambda x, y: _times(product(x), product(y)),
    "divide": lambda x, y: _times(product(x), product(y), -1),
    "add": lambda x, y: _sum(x, y, 1),
    "subtract": lambda x, y: _sum(x, y, -1),
    "power": _power,
    "sum": _row_sum,
    "count": lambda x: (1.0, {LENGTH: 1}),
}
