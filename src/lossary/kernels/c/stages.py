"""What is computed when: before the loop, in a loop of its own, or where it is needed.

A processor works on a few entries at once as long as few instructions wait for each other. Three
exponentials of which each waits for the last leave it idle; computed in loops of their own, over
the same block of entries, they do not.
"""

from collections.abc import Sequence

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, make, walk

COSTLY = frozenset({
    "exp", "expm1", "log", "log1p", "tanh", "logaddexp", "power", "decay", "log1p_of_unit",
})  # fmt: skip
"""Operations worth a loop of their own, if they wait for one another."""


def lowered(node: Expression) -> Expression:
    """Write softplus and sigmoid by the exponential that they have in common, here and at -x."""
    made: dict[Expression, Expression] = {}
    for each in walk(node):
        if each.op in LEAVES:
            made[each] = each
            continue
        args = [made[child] for child in each.args]
        if each.op == "softplus":
            unit = make("log1p_of_unit", make("decay", make("abs", *args)))
            made[each] = make("maximum", *args, 0.0) + unit
        elif each.op == "sigmoid":
            decay = make("decay", make("abs", *args))
            made[each] = make("where", make("less", *args, 0.0), decay, 1.0) / (1.0 + decay)
        else:
            made[each] = make(each.op, *args)
    return made[node]


def fixed_nodes(nodes: Sequence[Expression], free: tuple[str, ...] = ()) -> set[Expression]:
    """Find the nodes that depend on parameters and numbers alone, `free` parameters aside."""
    fixed: set[Expression] = set()
    for node in walk(*nodes):
        if node.op == "parameter":
            fixed.update([node] if node.args[0] not in free else [])
        elif node.op == "constant" or (
            node.op not in LEAVES and all(each in fixed for each in node.args)
        ):
            fixed.add(node)
    return fixed


def stages(nodes: Sequence[Expression], fixed: set[Expression]) -> list[list[Expression]]:
    """List the costly nodes by how many others they wait for, but those that wait longest.

    These are computed where the outputs are.
    """
    depths: dict[Expression, int] = {}
    for node in walk(*nodes):
        inner = node.args if node.op not in LEAVES and node not in fixed else ()
        below = max((depths[each] for each in inner), default=0)
        depths[node] = below + (node.op in COSTLY and node not in fixed)
    last = max(depths.values(), default=0)
    return [
        [node for node in depths if depths[node] == stage and node.op in COSTLY]
        for stage in range(1, last)
    ]
