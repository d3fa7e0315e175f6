"""One column of a row: all that a few nodes are made of, stated line by line."""

from collections.abc import Iterable
from typing import Any

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES
from lossary.kernels.c.words import QUESTIONS, number, safe, spelt


class Columns:
    """Writes the numbers of one column, from those of the row that the schedule has named."""

    def __init__(self, schedule: Any, column: str = "j", prefix: str = "v") -> None:
        self.schedule, self.column, self.prefix = schedule, column, prefix
        self.names: dict[Expression, str] = dict(schedule.names)
        self.lines: list[str] = []

    def stated(self, roots: Iterable[Expression]) -> tuple[list[str], dict[Expression, str]]:
        """Return the lines, and how each node is written after them."""
        for root in roots:
            self._visit(root)
        return self.lines, self.names

    def _visit(self, node: Expression) -> None:
        if node in self.names:
            return
        if node.op == "constant":
            self.names[node] = number(float(node.args[0]))
            return
        # What a softmax is made of stands in its room already.
        if node.op not in LEAVES and node.op not in ("one_hot", "softmax"):
            for child in node.args:
                self._visit(child)
        text = self._written(node)
        if node.op in LEAVES:
            self.names[node] = text
        elif node.op in QUESTIONS:
            self.names[node] = f"({text})"
        else:
            self.names[node] = f"{self.prefix}{len(self.lines)}"
            self.lines.append(f"const real {self.names[node]} = {text};")

    def _written(self, node: Expression) -> str:
        schedule, column, nest = self.schedule, self.column, self.schedule.nest
        if node.op == "symbol":
            return nest.at(safe(str(node.args[0])), column)
        if node.op == "row":
            return f"table_{schedule.tables[node]}[{column}]"
        if node.op == "one_hot":
            name = safe(str(node.args[0].args[0]))
            label, hot, cold = nest.input(f"label_{name}"), f"hot_{name}", f"cold_{name}"
            return f"{column} == {label} ? {nest.of(hot)} : {nest.of(cold)}"
        if node.op == "spread":
            return self.names[node.args[0]]
        if node.op == "log_softmax":
            i = schedule.softs[node.args[0]]
            return f"{self.names[node.args[0]]} - {nest.of(f'top_{i}')} - {nest.of(f'log_{i}')}"
        if node.op == "softmax":
            i, room = schedule.softs[node.args[0]], schedule.rooms[node.args[0]]
            return f"{nest.room(room, column)} * {nest.of(f'inverse_{i}')}"
        return spelt(node, schedule.asked(node, self.names))
