"""From the graphs of a row's numbers to C: as few loops over the columns as the sums allow.

One schedule serves both ways through rows (`nests.py`): what is summed over a row in which loop,
and which numbers of the row stand ready after it.
"""

from dataclasses import dataclass
from functools import lru_cache

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, make, walk
from lossary.kernels.c.entries import Block
from lossary.kernels.c.nests import Long, Tile
from lossary.kernels.c.schedule import SOFT, SUMS, Inputs, Schedule

KNOWN = frozenset({*SOFT, *SUMS, "pick", "one_hot", "spread", "count"})
"""Words of rows, beside those of numbers."""


@dataclass(frozen=True)
class RowBlock(Block):
    """A function in C; `tables` are rows of constants it reads, `rooms` rows it needs to itself."""

    tables: tuple[tuple[float, ...], ...] = ()
    rooms: int = 0


@lru_cache(maxsize=256)
def row_block(
    title: str,
    outputs: tuple[tuple[str, Expression], ...],
    inputs: Inputs,
    tile: bool,
    removes: bool,
) -> RowBlock:
    """Write the C of `block` for a row, or for a tile of rows.

    Outputs are any of "value", "share" and "slopes". Where the share is zero and `removes`, the row
    does not count.
    """
    graphs = {name: softened(node) for name, node in outputs}
    nest: Long | Tile = Tile() if tile else Long()
    schedule = Schedule(graphs, inputs, nest)
    body = [*schedule.loops(), *schedule.finish(removes)]
    source = [
        f"/* {title}: {', '.join(graphs)}, for {nest.said} of k columns. */",
        "void block(int64_t k, int64_t n, const real *const *rows, const int64_t *steps,",
        "           const real *const *numbers, const place *const *labels,",
        "           const real *const *tables, const double *settings, const real *weight,",
        "           real scale, real *results, real *to, int64_t step_to, real *room)",
        "{",
        *(f"    {line}" for line in (*schedule.head(), *body)),
        "}",
        "",
    ]
    tables = tuple(node.args[0] for node in schedule.tables)
    return RowBlock("\n".join(source), tuple(schedule.settings), 0, tables, len(schedule.rooms))


def softened(node: Expression) -> Expression:
    """Write exp(log_softmax(x)) as what it is, so that the exponentials of the sum serve again."""
    made: dict[Expression, Expression] = {}
    for each in walk(node):
        if each.op in LEAVES:
            made[each] = each
        elif each.op == "exp" and each.args[0].op == "log_softmax":
            made[each] = make("softmax", made[each.args[0].args[0]])
        else:
            made[each] = make(each.op, *(made[child] for child in each.args))
    return made[node]
