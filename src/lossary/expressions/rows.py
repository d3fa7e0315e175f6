"""The slope of a number made of a row, in each entry of the row: the chain rule backwards."""

from collections.abc import Callable, Iterator

from lossary.errors import GradientError
from lossary.expressions.derivative import FLAT
from lossary.expressions.graph import (
    LEAVES,
    REDUCING,
    SPREADING,
    Expression,
    constant,
    make,
    symbol,
    walk,
)
from lossary.expressions.namespace import symbolic as xp
from lossary.slopes import SLOPES

ROWWISE = REDUCING | SPREADING | {"log_softmax", "row"}
"""What sees, or makes, a whole row."""
Pulled = Iterator[tuple[Expression, Expression]]


def row_gradient(node: Expression, by: Expression) -> Expression:
    """Return the graph of the slopes of `node` in the entries of the row `by`.

    >>> from lossary.expressions import symbol
    >>> p = symbol("p", ndim=1)
    >>> row_gradient(xp.sum(p * p), p)
    add(p, p)
    """
    slopes: dict[Expression, Expression] = {node: constant(1.0)}
    for each in reversed(list(walk(node))):
        if each in slopes and each.op not in LEAVES:
            for child, pulled in _pulled(each, slopes[each]):
                if each.ndim > child.ndim:
                    pulled = _summed(pulled, each)
                slopes[child] = slopes[child] + pulled if child in slopes else pulled
    found = slopes.get(by, constant(0.0))
    return found if found.ndim == by.ndim else make("spread", found)


def _summed(node: Expression, like: Expression) -> Expression:
    """Sum a row; what is the same for every entry is counted as often."""
    return make("sum", node) if node.ndim else node * make("count", like)


def _pulled(node: Expression, slope: Expression) -> Pulled:
    """Yield what reaches each argument of a slope that has reached the node."""
    op, args = node.op, node.args
    zero = constant(0.0)
    if op in FLAT or op in ("one_hot", "count"):
        return
    if op == "where":
        yield args[1], make("where", args[0], slope, zero)
        yield args[2], make("where", args[0], zero, slope)
    elif op in ("maximum", "minimum"):
        second = args[0] < args[1] if op == "maximum" else args[0] > args[1]
        yield args[0], make("where", second, zero, slope)
        yield args[1], make("where", second, slope, zero)
    elif op in _REDUCED:
        yield args[0], _REDUCED[op](node, slope, *args)
    else:
        for child, partial in zip(args, SLOPES[op](xp, node, *args), strict=True):
            if partial is not None and child.op not in ("constant", "parameter", "row"):
                yield child, slope * partial


_REDUCED: dict[str, Callable[..., Expression]] = {
    "sum": lambda node, slope, x: slope,
    "mean": lambda node, slope, x: slope / make("count", x),
    "logsumexp": lambda node, slope, x: slope * xp.exp(x - node),
    "log_softmax": lambda node, slope, x: slope - xp.exp(node) * _summed(slope, node),
    "pick": lambda node, slope, x, label: slope * make("one_hot", label, x),
    "spread": lambda node, slope, x: slope,
}


def scalars(nodes: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """Look at one place of rows: every row is one number there, a label its membership.

    >>> from lossary.expressions import symbol
    >>> scalars((symbol("p", 1) * xp.one_hot(symbol("t"), symbol("p", 1)),))
    (multiply(p, t),)

    Raises:
        GradientError: the places of a row are not independent of each other.
    """
    made: dict[Expression, Expression] = {}
    for each in walk(*nodes):
        if each.op == "one_hot" and each.args[0].op == "symbol":
            made[each] = symbol(each.args[0].args[0])
        elif each.op == "symbol":
            made[each] = symbol(each.args[0]) if each.ndim else each
        elif each.op in LEAVES and each.op != "row":
            made[each] = each
        elif each.op in ROWWISE or any(map(_alone, each.args)):
            raise GradientError(f"{each} is no number of one place of a row.")
        else:
            made[each] = make(each.op, *(made[child] for child in each.args))
    if any(map(_alone, nodes)):
        raise GradientError(f"of {nodes}, some are no numbers of one place of a row.")
    return tuple(made[node] for node in nodes)


def _alone(node: Expression) -> bool:
    """Say whether a node is an array without places, which would meet rows by accident."""
    return node.op == "symbol" and not node.ndim
