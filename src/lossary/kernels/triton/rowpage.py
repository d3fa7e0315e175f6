"""A kernel over rows: a tile of them at a time, their columns in one block or block by block."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lossary.expressions.graph import LEAVES, Expression, make, walk
from lossary.kernels.triton.page import Page
from lossary.kernels.triton.words import spelled, wanted

SWEPT = frozenset({"sum", "mean", "logsumexp"})
"""What has to be added up over all columns before it can be used."""


@dataclass
class Columns:
    """Columns in hand, where they lie in the row, and what the row's nodes are called there."""

    column: str
    within: str
    names: dict[Expression, str] = field(default_factory=dict)


class RowPage(Page):
    """One kernel over rows. A node with one number for each row is a block of (ROWS, 1).

    `whole` says that a row fits one block of columns, which is kept. Otherwise the columns are gone
    through once for each level of sums, and once to write; rows are then read and computed again.
    """

    def __init__(self, given: tuple[str, ...], whole: bool) -> None:
        super().__init__(given)
        self.whole = whole
        self.block: Columns | None = None
        self.rows: list[tuple[float, ...]] = []
        self.stable: dict[Expression, tuple[str, str]] = {}  # the parts of each logsumexp
        self.asks("n", "k")
        self.line("program = tl.program_id(0).to(tl.int64)")
        self.line("entry = (program * ROWS + tl.arange(0, ROWS))[:, None]")
        self.line("inside = entry < n")

    def compute(self, node: Expression) -> str:
        """Write what a number of each row still needs; return what it is called."""
        self.add_up(node)
        return self.scalar(node)

    def add_up(self, *nodes: Expression) -> None:
        """Write the sums below these nodes, as few loops over the columns as they can do with."""
        found = dict.fromkeys(inner for each in nodes for inner in _sums(each))
        missing = [each for each in found if each not in self.names]
        while missing:
            lowest = min(map(_level, missing))
            self.sweep([each for each in missing if _level(each) == lowest])
            missing = [each for each in missing if each not in self.names]

    def scalar(self, node: Expression) -> str:
        """Write a number of each row whose sums are there; return what it is called."""
        if node not in self.names:
            if node.op in LEAVES:
                self.names[node] = self.leaf(node)
            elif node.op == "pick":
                self.names[node] = self.pick(*node.args)
            elif node.op == "count":
                self.names[node] = "tl.full((1,), k, REAL)"
            else:
                names = [self.scalar(each) for each in wanted(node)]
                self.names[node] = self.let(spelled(node, names))
        return self.names[node]

    def ready(self, *rows: Expression) -> None:
        """Write all numbers of rows that these nodes will need, ahead of a loop over columns."""
        self.add_up(*rows)
        for each in rows:
            for inner in walk(each):
                if inner.ndim == 0:
                    self.scalar(inner)

    def sweep(self, sums: list[Expression]) -> None:
        """Go through the columns once, and add up what needs it."""
        self.ready(*(each.args[0] for each in sums))
        names = [(each, *self._empty(each)) for each in sums]
        with self.columns() as here:
            for each, total, top in names:
                self._add(self.row(each.args[0], here), total, top)
        for each, total, top in names:
            if each.op == "logsumexp":
                self.line(f"{total} = tl.log({total})")
                self.line(f"{top} = maths.finite({top})")
                self.stable[each] = top, total
                self.names[each] = self.let(f"{top} + {total}")
            else:
                count = " / tl.full((1,), k, REAL)" if each.op == "mean" else ""
                self.names[each] = self.let(f"{total}{count}")

    def pick(self, x: Expression, label: Expression) -> str:
        """Compute a row in the one column of its label; NaN where there is no such column."""
        self.ready(x)
        column = self.scalar(label)
        known = self.let(f"({column} >= 0) & ({column} < k)")
        found = self.row(x, Columns(column, known))
        return self.let(f"tl.where({known}, {found}, float('nan'))")

    @contextmanager
    def columns(self) -> Iterator[Columns]:
        """Go through the columns; what is written meanwhile is done for each block of them."""
        if self.block is not None:
            yield self.block
            return
        here = Columns("column", "within")
        start = "" if self.whole else "start + "
        if self.whole:
            self.block = here
        else:
            self.line("for start in range(0, k, COLUMNS):")
        self.depth += not self.whole
        self.line(f"column = ({start}tl.arange(0, COLUMNS).to(tl.int64))[None, :]")
        self.line("within = column < k")
        yield here
        self.depth -= not self.whole

    def row(self, node: Expression, here: Columns) -> str:
        """Write what a node is in the columns in hand; return what it is called."""
        if node.ndim == 0:
            return self.scalar(node)
        if node not in here.names:
            here.names[node] = self.let(self._spelled(node, here))
        return here.names[node]

    def _spelled(self, node: Expression, here: Columns) -> str:
        if node.op == "symbol":
            name = node.args[0]
            self.asks(f"apart_{name}")
            offset = f" + {here.column} * apart_{name}"
            return self.load(name, offset, within=f"counts & {here.within}")
        if node.op == "row":
            place = f"at_row{self._place(node.args[0])} + {here.column}"
            return f"tl.load({place}, mask={here.within}, other=0)"
        if node.op == "one_hot":
            label = self.scalar(node.args[0])
            hot = f"({here.column} == {label}).to(REAL)"
            return f"tl.where(({label} >= 0) & ({label} < k), {hot}, float('nan'))"
        if node.op == "log_softmax":
            top, log = self.stable[make("logsumexp", *node.args)]
            return f"({self.row(node.args[0], here)} - {top}) - {log}"
        return spelled(node, [self.row(each, here) for each in wanted(node)])

    def _empty(self, node: Expression) -> tuple[str, str]:
        """Begin a sum; a sum of exponentials has the largest exponent beside it."""
        total = self.let("tl.zeros((ROWS, 1), REAL)")
        if node.op != "logsumexp":
            return total, ""
        return total, self.let("tl.full((ROWS, 1), float('-inf'), REAL)")

    def _add(self, value: str, total: str, top: str) -> None:
        """Add the columns in hand to a sum."""
        there = "counts & within"
        if not top:
            kept = f"tl.where({there}, {value}, 0.0)"
            self.line(f"{total} = {total} + tl.sum({kept}, axis=1, keep_dims=True)")
            return
        low = self.let(f"tl.where({there}, {value}, float('-inf'))")
        high = self.let(f"tl.maximum({top}, tl.max({low}, axis=1, keep_dims=True))")
        mass = f"tl.sum(maths.exp({low} - maths.finite({high})), axis=1, keep_dims=True)"
        self.line(f"{total} = maths.rescaled({total}, {top}, {high}) + {mass}")
        self.line(f"{top} = {high}")

    def _place(self, values: tuple[float, ...]) -> int:
        if values not in self.rows:
            self.rows.append(values)
        place = self.rows.index(values)
        self.asks(f"at_row{place}")
        return place


def _sums(node: Expression) -> list[Expression]:
    """List the sums over columns below a node; a log-softmax has one within."""
    found = (
        make("logsumexp", *each.args) if each.op == "log_softmax" else each
        for each in walk(node)
        if each.op in SWEPT or each.op == "log_softmax"
    )
    return list(dict.fromkeys(found))


def _level(node: Expression) -> int:
    """Count how many sums stand one upon the other below a node, itself included."""
    levels: dict[Expression, int] = {}
    for each in walk(node):
        inner = () if each.op in LEAVES else each.args
        summed = each.op in SWEPT or each.op == "log_softmax"
        levels[each] = max((levels[i] for i in inner), default=0) + summed
    return levels[node]
