"""In which order the loops over a row, and the numbers between them, can be computed."""

from collections.abc import Iterable
from dataclasses import dataclass

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.columns import Columns
from lossary.kernels.c.nests import Kept, Long, Tile
from lossary.kernels.c.stages import fixed_nodes
from lossary.kernels.c.words import QUESTIONS, asked, number, safe, spelt

SOFT = ("logsumexp", "log_softmax", "softmax")
SUMS = ("sum", "mean")
NAN = 'R(__builtin_nan(""))'


@dataclass(frozen=True)
class Inputs:
    """The names of a loss's arrays by what they hold for a row: columns, one number, one label."""

    rows: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Schedule:
    """Writes one function. The level of a node is how many loops must have run before it."""

    def __init__(self, graphs: dict[str, Expression], inputs: Inputs, nest: Long | Tile) -> None:
        self.graphs, self.inputs, self.nest = graphs, inputs, nest
        self.nodes = list(walk(*graphs.values()))
        self.fixed = fixed_nodes(tuple(graphs.values()))
        self.levels: dict[Expression, int] = {}
        for node in self.nodes:
            self.levels[node] = self._level(node)
        self.tables = _numbered(node for node in self.nodes if node.op == "row")
        self.sums = _numbered(node for node in self.nodes if node.op in SUMS)
        self.softs = _numbered(node.args[0] for node in self.nodes if node.op in SOFT)
        self.rooms = _numbered(node.args[0] for node in self.nodes if node.op == "softmax")
        self.settings: list[Expression] = []
        self.names: dict[Expression, str] = {}
        self.lines: list[str] = []
        self.opened = 0

    def _level(self, node: Expression) -> int:
        if node.op in LEAVES or node.op in ("count", "one_hot"):
            return 0
        below = max(self.levels[child] for child in node.args)
        return below + (2 if node.op in SOFT else 1 if node.op in SUMS else 0)

    def head(self) -> list[str]:
        """Name what comes in."""
        rows, numbers, labels = (
            list(map(safe, names))
            for names in (self.inputs.rows, self.inputs.numbers, self.inputs.labels)
        )
        return [
            "const real count = R(k);",
            *(self.nest.named(name, i) for i, name in enumerate(rows)),
            *(f"const real *at_{name} = numbers[{i}];" for i, name in enumerate(numbers)),
            *(f"const place *label_{name} = labels[{i}];" for i, name in enumerate(labels)),
            *(f"const real *table_{i} = tables[{i}];" for i in range(len(self.tables))),
            *(self.nest.roomed(i) for i in range(len(self.rooms))),
            *(
                f"const real s{i} = R(settings[{i}]);  /* {node!r} */"
                for i, node in enumerate(self.settings)
            ),
        ]

    def loops(self) -> list[str]:
        """Write all loops and all numbers of the row, in the order in which they can be."""
        self._labels()
        for level in range(max(self.levels.values()) + 1):
            self._numbers(level)
            self._loop(level)
        return self.lines

    def finish(self, removes: bool) -> list[str]:
        """Weigh the results and write them, and the slopes."""
        value, share, slopes = (self.graphs.get(name) for name in ("value", "share", "slopes"))
        self.lines = []
        self._open()
        self.lines.append(f"    real w = {self.nest.input('weight')};")
        if share is not None and removes:
            self.lines.append(f"    w = {self._read(share)} == 0 ? 0 : w;")
        if value is not None:
            self.lines.append(f"    {self.nest.results[0]} = w == 0 ? 0 : w * {self._read(value)};")
        counted = "w" if share is None else f"w == 0 ? 0 : w * {self._read(share)}"
        self.lines.append(f"    {self.nest.results[1]} = {counted};")
        if slopes is not None:
            self._declare("factor", "w * scale")
        self.lines.append("}")
        if slopes is not None:
            factor = self.nest.of("factor")
            stated, names = Columns(self).stated([slopes])
            stated.append(f"{self.nest.to} = {factor} == 0 ? 0 : {factor} * {names[slopes]};")
            self.lines += self.nest.loop(stated, [])
        return self.lines

    # ---- numbers of the row ---------------------------------------------------------------------

    def _read(self, node: Expression) -> str:
        return number(float(node.args[0])) if node.op == "constant" else self.names[node]

    def asked(self, node: Expression, names: dict[Expression, str]) -> list[str]:
        """Return how the arguments of a node are written."""
        given = [
            number(float(each.args[0])) if each.op == "constant" else names[each]
            for each in node.args
        ]
        return asked(node, given, self.fixed)

    def _open(self) -> None:
        self.opened = len(self.lines)
        self.lines.append(self.nest.opening)

    def _declare(self, name: str, value: str) -> None:
        """Give a number of the row its name, before the place where it is computed."""
        self.lines.insert(self.opened, self.nest.declared(name))
        self.opened += 1
        self.lines.append(f"    {self.nest.of(name)} = {value};")

    def _labels(self) -> None:
        """Say what a column is worth where it is the label's, and elsewhere; NaN where none is."""
        for name in map(safe, self.inputs.labels):
            self._open()
            known = f"{self.nest.input(f'label_{name}')} >= 0"
            self._declare(f"hot_{name}", f"{known} ? R(1) : {NAN}")
            self._declare(f"cold_{name}", f"{known} ? R(0) : {NAN}")
            self.lines.append("}")

    def _numbers(self, level: int) -> None:
        """Write the numbers of the row that are known after `level` loops."""
        self._open()
        before = len(self.lines)
        for node, i in self.softs.items():
            if self.levels[node] + 1 == level:
                top = self.nest.of(f"top_{i}")
                self.lines.append(f"    {top} = __builtin_isfinite({top}) ? {top} : 0;")
            if self.levels[node] + 2 == level:
                total = f"R({self.nest.of(f'total_{i}')})"
                self._declare(f"log_{i}", f"r_log({total})")
                if node in self.rooms:
                    self._declare(f"inverse_{i}", f"1 / {total}")
        for node in self.nodes:
            if node.ndim == 0 and self.levels[node] == level and node.op != "constant":
                self._number(node)
        if len(self.lines) == before:
            self.lines.pop()
        else:
            self.lines.append("}")

    def _number(self, node: Expression) -> None:
        if node in self.fixed:
            self.names[node] = f"s{len(self.settings)}"
            self.settings.append(node)
        elif node.op == "symbol":
            kind = "label_" if node.args[0] in self.inputs.labels else "at_"
            self.names[node] = self.nest.input(f"{kind}{safe(str(node.args[0]))}")
        elif node.op == "count":
            self.names[node] = "count"
        elif node.op in QUESTIONS:
            self.names[node] = f"({spelt(node, self.asked(node, self.names))})"
        else:
            name, value = f"n{len(self.names)}", self._value(node)
            self._declare(name, value)
            self.names[node] = self.nest.of(name)

    def _value(self, node: Expression) -> str:
        """Write a number of the row from others, or from what the loops have summed up."""
        of = self.nest.of
        if node.op in SUMS:
            total = f"R({of(f'sum_{self.sums[node]}')})"
            return total if node.op == "sum" else f"{total} / count"
        if node.op == "logsumexp":
            i = self.softs[node.args[0]]
            return f"{of(f'log_{i}')} + {of(f'top_{i}')}"
        if node.op == "pick":
            return self._picked(node)
        return spelt(node, self.asked(node, self.names))

    def _picked(self, node: Expression) -> str:
        """Write a row's number in the column of a label."""
        row, label = node.args
        name, place = safe(str(label.args[0])), len(self.names)
        index = self.nest.input(f"label_{name}")
        self.lines.append(f"    const place j_{place} = {index} < 0 ? 0 : {index};")
        stated, names = Columns(self, f"j_{place}", f"p{place}_").stated([row])
        self.lines += [f"    {line}" for line in stated]
        return f"{names[row]} * {self.nest.of(f'hot_{name}')}"

    def _loop(self, stage: int) -> None:
        """Write the loop in which all is summed whose terms are known after `stage` loops."""
        sums = [
            (i, node.args[0]) for node, i in self.sums.items() if self.levels[node.args[0]] == stage
        ]
        tops = [(i, x) for x, i in self.softs.items() if self.levels[x] == stage]
        totals = [(i, x) for x, i in self.softs.items() if self.levels[x] + 1 == stage]
        if not sums and not tops and not totals:
            return
        stated, names = Columns(self).stated([x for _, x in (*sums, *tops, *totals)])
        kept: list[Kept] = [(f"sum_{i}", "sum", names[x]) for i, x in sums]
        kept += [(f"top_{i}", "top", names[x]) for i, x in tops]
        for i, x in totals:
            top = self.nest.of(f"top_{i}")
            stated.append(f"const real e_{i} = r_exp({names[x]} - {top});")
            kept.append((f"total_{i}", "sum", f"e_{i}"))
            if x in self.rooms:
                stated.append(f"{self.nest.room(self.rooms[x], 'j')} = e_{i};")
        self.lines += self.nest.loop(stated, kept)


def _numbered(nodes: Iterable[Expression]) -> dict[Expression, int]:
    return {node: i for i, node in enumerate(dict.fromkeys(nodes))}
