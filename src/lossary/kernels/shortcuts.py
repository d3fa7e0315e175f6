"""Sums over columns that are known without going through them, as of a row with a single one."""

from lossary.expressions.graph import LEAVES, Expression, constant, make, walk


def shortened(node: Expression) -> Expression:
    """Return the graph with every such sum replaced by what it is."""
    made: dict[Expression, Expression] = {}
    for each in walk(node):
        if each.op in LEAVES:
            made[each] = each
            continue
        args = [made[child] for child in each.args]
        known = _sum(args[0]) if each.op == "sum" else None
        made[each] = make(each.op, *args) if known is None else known
    return made[node]


def _sum(x: Expression) -> Expression | None:
    """Return the sum of a row as a number of the row alone, or None where it must be added up."""
    if x.ndim == 0 or x.op == "spread":
        return (x.args[0] if x.op == "spread" else x) * make("count", x)
    if x.op == "one_hot":
        return make("pick", make("spread", constant(1.0)), x.args[0])
    if x.op == "negative":
        known = _sum(x.args[0])
        return None if known is None else make("negative", known)
    if x.op in ("add", "subtract"):
        one, other = map(_sum, x.args)
        return None if one is None or other is None else make(x.op, one, other)
    return _product(*x.args) if x.op == "multiply" else None


def _product(x: Expression, y: Expression) -> Expression | None:
    for one, other in ((x, y), (y, x)):
        if (
            one.op == "one_hot" and other.op == "row"
        ):  # its numbers are finite: 0 · inf is no matter
            return make("pick", other, one.args[0])
        if one.ndim == 0:
            known = _sum(other)
            return None if known is None else one * known
    return None
