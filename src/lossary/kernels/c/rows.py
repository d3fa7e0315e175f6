"""From the graphs of a row's numbers to C: as few loops over the columns as the sums allow.

A long row is gone through by itself, its columns side by side in vectors; short rows stand side by
side in a tile, and the loop over columns is the outer one. Both are written from one schedule: what
is summed over a row in which loop, and which numbers of the row stand ready after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, make, walk
from lossary.kernels.c.entries import Block, fixed_nodes, safe
from lossary.kernels.c.words import QUESTIONS, asked, number, spelt

SOFT = ("logsumexp", "log_softmax", "softmax")
SUMS = ("sum", "mean")
KNOWN = frozenset({*SOFT, *SUMS, "pick", "one_hot", "spread", "count"})
"""Words of rows, beside those of numbers."""


@dataclass(frozen=True)
class RowBlock(Block):
    """A function in C; `tables` are rows of constants it reads, `rooms` rows it needs to itself."""

    tables: tuple[tuple[float, ...], ...] = ()
    rooms: int = 0


@dataclass(frozen=True)
class Inputs:
    """The names of a loss's arrays by what they hold for each row: numbers for each column, one
    number, or one label."""

    rows: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@cache
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
    writer = _Writer(graphs, inputs, tile)
    writer.schedule()
    writer.finish(removes)
    head = [
        f"/* {title}: {', '.join(graphs)}, for {'n short rows' if tile else 'a row'} of k columns. */",
        "void block(int64_t k, int64_t n, const real *const *rows, const int64_t *steps,",
        "           const real *const *numbers, const place *const *labels,",
        "           const real *const *tables, const double *settings, const real *weight,",
        "           real scale, real *results, real *to, int64_t step_to, real *room)",
        "{",
    ]
    body = [f"    {line}" if line else "" for line in (*writer.head(), *writer.lines)]
    source = "\n".join([*head, *body, "}", ""])
    tables = tuple(node.args[0] for node in writer.tables)
    return RowBlock(source, tuple(writer.settings), tables, len(writer.rooms))


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


def _numbered(nodes: Iterable[Expression]) -> dict[Expression, int]:
    return {node: i for i, node in enumerate(dict.fromkeys(nodes))}


@dataclass
class _Writer:
    """Writes one function: loops in order, and after each loop the numbers it has made known."""

    graphs: dict[str, Expression]
    inputs: Inputs
    tile: bool
    lines: list[str] = field(default_factory=list)
    settings: list[Expression] = field(default_factory=list)
    tables: dict[Expression, int] = field(default_factory=dict)
    names: dict[Expression, str] = field(default_factory=dict)
    rooms: dict[Expression, int] = field(default_factory=dict)
    levels: dict[Expression, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roots = tuple(self.graphs.values())
        self.nodes = list(walk(*roots))
        self.fixed = fixed_nodes(roots)
        for node in self.nodes:
            self.levels[node] = self._level(node)
        self.tables = _numbered(node for node in self.nodes if node.op == "row")
        self.sums = _numbered(node for node in self.nodes if node.op in SUMS)
        self.softs = _numbered(node.args[0] for node in self.nodes if node.op in SOFT)
        self.rooms = _numbered(node.args[0] for node in self.nodes if node.op == "softmax")
        self.r = "[r]" if self.tile else ""

    def _level(self, node: Expression) -> int:
        """Count the loops that must have run before a node is known."""
        if node.op in LEAVES or node.op in ("count", "one_hot"):
            return 0
        below = max(self.levels[child] for child in node.args)
        return below + (2 if node.op in SOFT else 1 if node.op in SUMS else 0)

    # ---- the parts of a function ----------------------------------------------------------------

    def head(self) -> list[str]:
        """Name what comes in."""
        found = ["const real count = R(k);"]
        for i, name in enumerate(self.inputs.rows):
            step = f" const int64_t step_{safe(name)} = steps[{i}];" if self.tile else ""
            found.append(f"const real *at_{safe(name)} = rows[{i}];{step}")
        found += [
            f"const real *at_{safe(name)} = numbers[{i}];"
            for i, name in enumerate(self.inputs.numbers)
        ]
        found += [
            f"const place *label_{safe(name)} = labels[{i}];"
            for i, name in enumerate(self.inputs.labels)
        ]
        found += [f"const real *table_{i} = tables[{i}];" for i in range(len(self.tables))]
        found += [f"real *room_{i} = room + {i} * k{' * TILE' if self.tile else ''};"
                  for i in range(len(self.rooms))]  # fmt: skip
        found += [
            f"const real s{i} = R(settings[{i}]);  /* {node!r} */"
            for i, node in enumerate(self.settings)
        ]
        return found

    def schedule(self) -> None:
        """Write all loops and all numbers of the row, in the order in which they can be."""
        last = max(self.levels.values())
        for level in range(last + 1):
            self._numbers(level)
            self._loop(level)

    def finish(self, removes: bool) -> None:
        """Weigh the results and write them, and the slopes."""
        value, share = (self.graphs.get(name) for name in ("value", "share"))
        self._open()
        self.lines.append(f"    real w = weight{self.r or '[0]'};")
        if share is not None and removes:
            self.lines.append(f"    w = {self._scalar(share)} == 0 ? 0 : w;")
        at = "[r]" if self.tile else "[0]"
        behind = "[TILE + r]" if self.tile else "[1]"
        if value is not None:
            self.lines.append(f"    results{at} = w == 0 ? 0 : w * {self._scalar(value)};")
        counted = "w" if share is None else f"w == 0 ? 0 : w * {self._scalar(share)}"
        self.lines.append(f"    results{behind} = {counted};")
        if "slopes" in self.graphs:
            self._declare("factor", "w * scale")
        self.lines.append("}")
        if "slopes" in self.graphs:
            self._slopes(self.graphs["slopes"])

    def _slopes(self, node: Expression) -> None:
        stated, names = self._columns([node])
        factor = f"factor{self.r}"
        into = "to[j * step_to + r]" if self.tile else "to[j]"
        stated.append(f"{into} = {factor} == 0 ? 0 : {factor} * {names[node]};")
        self._over_columns(stated, [])

    # ---- numbers of a row -----------------------------------------------------------------------

    def _scalar(self, node: Expression) -> str:
        if node.op == "constant":
            return number(float(node.args[0]))
        return self.names[node]

    def _declare(self, name: str, value: str) -> None:
        """Give a number of the row its name; in a tile it is an array, declared before the loop."""
        if self.tile:
            self.lines.insert(self._opened, f"real {name}[TILE];")
            self._opened += 1
            self.lines.append(f"    {name}[r] = {value};")
        else:
            self.lines.insert(self._opened, f"real {name};")
            self._opened += 1
            self.lines.append(f"    {name} = {value};")

    def _open(self) -> None:
        self._opened = len(self.lines)
        self.lines.append("LOOP for (int r = 0; r < n; r++) {" if self.tile else "{")

    def _numbers(self, level: int) -> None:
        """Write the numbers of the row that are known after `level` loops."""
        if level == 0:
            self._labels()
        self._open()
        before = len(self.lines)
        for node, i in self.softs.items():
            if self.levels[node] + 1 == level:
                top = f"top_{i}{self.r}"
                self.lines.append(f"    {top} = __builtin_isfinite({top}) ? {top} : 0;")
            if self.levels[node] + 2 == level:
                self._declare(f"log_{i}", f"r_log(R(total_{i}{self.r}))")
                if node in self.rooms:
                    self._declare(f"inverse_{i}", f"1 / R(total_{i}{self.r})")
        for node in self.nodes:
            if node.ndim == 0 and self.levels[node] == level and node not in self.names:
                self._number(node)
        if len(self.lines) == before:
            self.lines.pop()
        else:
            self.lines.append("}")

    def _number(self, node: Expression) -> None:
        if node.op == "constant":
            return
        if node in self.fixed:
            self.names[node] = f"s{len(self.settings)}"
            self.settings.append(node)
        elif node.op == "symbol":
            kind = "label_" if node.args[0] in self.inputs.labels else "at_"
            self.names[node] = f"{kind}{safe(str(node.args[0]))}{self.r or '[0]'}"
        elif node.op == "count":
            self.names[node] = "count"
        elif node.op in QUESTIONS:
            self.names[node] = f"({spelt(node, self._asked(node, self.names))})"
        else:
            name = f"n{len(self.names)}"
            value = self._value(node)
            self._declare(name, value)
            self.names[node] = f"{name}{self.r}"

    def _value(self, node: Expression) -> str:
        """Write a number of the row from others, or from what the loops have summed up."""
        if node.op in SUMS:
            total = f"R(sum_{self.sums[node]}{self.r})"
            return total if node.op == "sum" else f"{total} / count"
        if node.op == "logsumexp":
            i = self.softs[node.args[0]]
            return f"log_{i}{self.r} + top_{i}{self.r}"
        if node.op == "pick":
            return self._picked(node)
        return spelt(node, self._asked(node, self.names))

    def _picked(self, node: Expression) -> str:
        row, label = node.args
        name = safe(str(label.args[0]))
        index = f"label_{name}{self.r or '[0]'}"
        scope = f"j_{name}"
        if not any(line.strip().startswith(f"const place {scope} =") for line in self._inside()):
            self.lines.append(f"    const place {scope} = {index} < 0 ? 0 : {index};")
        stated, names = self._columns([row], column=scope, prefix=f"p{len(self.names)}_")
        self.lines += [f"    {line}" for line in stated]
        return f"{names[row]} * hot_{name}{self.r}"

    def _inside(self) -> list[str]:
        return self.lines[self._opened :]

    def _labels(self) -> None:
        """Say what a column is worth where it is the label's, and elsewhere; NaN where none is."""
        for name in map(safe, self.inputs.labels):
            self._open()
            known = f"label_{name}{self.r or '[0]'} >= 0"
            self._declare(f"hot_{name}", f'{known} ? R(1) : R(__builtin_nan(""))')
            self._declare(f"cold_{name}", f'{known} ? R(0) : R(__builtin_nan(""))')
            self.lines.append("}")

    def _asked(self, node: Expression, names: dict[Expression, str]) -> list[str]:
        return asked(node, [
            number(float(each.args[0])) if each.op == "constant" else names[each]
            for each in node.args
        ], self.fixed)  # fmt: skip

    # ---- loops over the columns -----------------------------------------------------------------

    def _loop(self, stage: int) -> None:
        """Write the loop in which all is summed whose terms are known after `stage` loops."""
        sums = [(i, node) for node, i in self.sums.items() if self.levels[node.args[0]] == stage]
        tops = [(i, x) for x, i in self.softs.items() if self.levels[x] == stage]
        totals = [(i, x) for x, i in self.softs.items() if self.levels[x] + 1 == stage]
        if not sums and not tops and not totals:
            return
        roots = [node.args[0] for _, node in sums] + [x for _, x in (*tops, *totals)]
        stated, names = self._columns(roots)
        kept: list[tuple[str, str, str]] = []
        for i, node in sums:
            kept.append((f"sum_{i}", "sum", names[node.args[0]]))
        for i, x in tops:
            kept.append((f"top_{i}", "top", names[x]))
        for i, x in totals:
            stated.append(f"const real e_{i} = r_exp({names[x]} - top_{i}{self.r});")
            kept.append((f"total_{i}", "sum", f"e_{i}"))
            if x in self.rooms:
                at = "j * TILE + r" if self.tile else "j"
                stated.append(f"room_{self.rooms[x]}[{at}] = e_{i};")
        self._over_columns(stated, kept)

    def _over_columns(self, stated: Sequence[str], kept: Sequence[tuple[str, str, str]]) -> None:
        """Write a loop; `kept` are its results: a name, whether a sum or the top, and a term."""
        if self.tile:
            for name, how, _ in kept:
                start = "-__builtin_inf()" if how == "top" else "0"
                self.lines.append(
                    f"real {name}[TILE]; for (int r = 0; r < n; r++) {name}[r] = {start};"
                )
            self.lines.append("for (place j = 0; j < k; j++) {")
            self.lines.append("    LOOP for (int r = 0; r < n; r++) {")
            self.lines += [f"        {line}" for line in stated]
            for name, how, term in kept:
                grown = f"r_max({name}[r], {term})" if how == "top" else f"{name}[r] + {term}"
                self.lines.append(f"        {name}[r] = {grown};")
            self.lines += ["    }", "}"]
            return
        for name, how, _ in kept:
            start = "real {} = -__builtin_inf();" if how == "top" else "double {} = 0;"
            self.lines.append(start.format(name))
        self.lines.append("for (int64_t first = 0; first < k; first += WIDTH) {")
        self.lines.append("    const int wide = k - first < WIDTH ? (int)(k - first) : WIDTH;")
        self.lines += [f"    real t_{name}[WIDTH];" for name, _, _ in kept]
        self.lines.append("    LOOP for (int i = 0; i < wide; i++) {")
        self.lines.append("        const place j = (place)first + i;")
        self.lines += [f"        {line}" for line in stated]
        self.lines += [f"        t_{name}[i] = {term};" for name, _, term in kept]
        self.lines.append("    }")
        for name, how, _ in kept:
            grown = (
                f"largest(t_{name}, wide, {name})"
                if how == "top"
                else f"{name} + summed(t_{name}, wide)"
            )
            self.lines.append(f"    {name} = {grown};")
        self.lines.append("}")

    def _columns(
        self, roots: Iterable[Expression], column: str = "j", prefix: str = "v"
    ) -> tuple[list[str], dict[Expression, str]]:
        """State, for one column, all that these nodes are made of."""
        names: dict[Expression, str] = dict(self.names)
        stated: list[str] = []

        def visit(node: Expression) -> None:
            if node in names or node.op == "constant":
                return
            if node.op in SOFT or node.op not in (*LEAVES, "one_hot"):
                for child in node.args if node.op != "softmax" else ():
                    visit(child)
            text = self._column(node, names, column)
            if node.op in QUESTIONS or node.op in ("symbol", "row"):
                names[node] = text
                return
            names[node] = f"{prefix}{len(stated)}"
            stated.append(f"const real {names[node]} = {text};")

        roots = list(roots)
        for root in roots:
            visit(root)
        for root in roots:
            if root.op == "constant":
                names[root] = number(float(root.args[0]))
        return stated, names

    def _column(self, node: Expression, names: dict[Expression, str], column: str) -> str:
        if node.op == "symbol":
            name = safe(str(node.args[0]))
            at = f"{column} * step_{name} + r" if self.tile else column
            return f"at_{name}[{at}]"
        if node.op == "row":
            return f"table_{self.tables[node]}[{column}]"
        if node.op == "one_hot":
            name = safe(str(node.args[0].args[0]))
            label = f"label_{name}{self.r or '[0]'}"
            return f"{column} == {label} ? hot_{name}{self.r} : cold_{name}{self.r}"
        if node.op == "spread":
            return (
                self._scalar(node.args[0]) if node.args[0].op == "constant" else names[node.args[0]]
            )
        if node.op == "log_softmax":
            i = self.softs[node.args[0]]
            return f"{names[node.args[0]]} - top_{i}{self.r} - log_{i}{self.r}"
        if node.op == "softmax":
            i, room = self.softs[node.args[0]], self.rooms[node.args[0]]
            at = f"{column} * TILE + r" if self.tile else column
            return f"room_{room}[{at}] * inverse_{i}{self.r}"
        return spelt(node, self._asked(node, names))
