"""The exact derivative of a graph, as a graph: the chain rule over one table of slopes."""

from lossary.expressions.graph import LEAVES, Expression, constant, make, walk
from lossary.expressions.namespace import symbolic
from lossary.slopes import SLOPES

FLAT = frozenset({
    "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and",
    "logical_or", "logical_not", "isnan",
})  # fmt: skip
"""Operations whose answer is yes or no: flat wherever they have a slope at all."""


def derivative(node: Expression, by: Expression) -> Expression:
    """Return the graph of the slope of `node` in the direction of the symbol `by`.

    >>> from lossary.expressions import symbol
    >>> x = symbol("x")
    >>> derivative(x * x, x)
    add(x, x)
    """
    slopes: dict[Expression, Expression] = {}
    for each in walk(node):
        slopes[each] = _slope(each, by, slopes)
    return slopes[node]


def one_sided(node: Expression) -> Expression:
    """Read every sign(x) as one-sided: +1 at zero.

    A second derivative carries sign(x)² where |x| was used; at the kink itself the limit from the
    right is the curvature, while the sign's own value, zero, would wipe it out.
    """
    made: dict[Expression, Expression] = {}
    for each in walk(node):
        if each.op in LEAVES:
            made[each] = each
        elif each.op == "sign":
            made[each] = symbolic.where(made[each.args[0]] < 0, -1.0, 1.0)
        else:
            made[each] = make(each.op, *(made[child] for child in each.args))
    return made[node]


def _slope(node: Expression, by: Expression, slopes: dict[Expression, Expression]) -> Expression:
    if node.op in LEAVES:
        return constant(1.0 if node is by else 0.0)
    zero = constant(0.0)
    inner = [slopes[child] for child in node.args]
    if node.op in FLAT or all(each is zero for each in inner):
        return zero
    # Each branch has its own slope; a product with 0 or 1 would let the other's infinity through.
    if node.op == "where":
        return make("where", node.args[0], inner[1], inner[2])
    if node.op in ("maximum", "minimum"):
        x, y = node.args
        return make("where", x < y if node.op == "maximum" else x > y, inner[1], inner[0])
    total = zero
    partials = SLOPES[node.op](symbolic, node, *node.args)
    for partial, each in zip(partials, inner, strict=True):
        if each is not zero and partial is not None:
            total = total + partial * each
    return total
