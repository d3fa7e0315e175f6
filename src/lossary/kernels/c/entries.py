"""From the graphs of an entry's numbers to C: loops that the compiler makes into vectors."""

from dataclasses import dataclass
from functools import cache

from lossary.expressions import Expression
from lossary.expressions.graph import walk
from lossary.kernels.c.stages import fixed_nodes, lowered, stages
from lossary.kernels.c.words import QUESTIONS, asked, number, safe, spelt

HEAD = """\
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
#define R(x) ((real)(x))
#define BLOCK 1024  /* entries at once, at most */
#if defined(__clang__)
#define LOOP _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define LOOP _Pragma("GCC ivdep")
#else
#define LOOP
#endif
"""


@dataclass(frozen=True)
class Block:
    """A function in C, and the numbers it asks for: graphs of a loss's parameters alone."""

    source: str
    settings: tuple[Expression, ...]
    kept: int
    """How many numbers it keeps for each entry between its loops: with some, n is at most BLOCK."""


@cache
def block(
    title: str,
    outputs: tuple[tuple[str, Expression], ...],
    arrays: tuple[str, ...],
    coefficients: tuple[str, ...] = (),
    labels: frozenset[str] = frozenset(),
) -> Block:
    """Write the C of `block`, which computes named outputs for n entries.

    `coefficients` are parameters that differ from call to call, and come by themselves. Of the
    arrays, `labels` say which item each entry is, and are read as whether it is this item: one or
    zero, NaN if it is none. The item's number comes behind the coefficients.
    """
    outputs = tuple((name, lowered(node)) for name, node in outputs)
    writer = _Writer(tuple(node for _, node in outputs), coefficients, labels)
    loops = writer.loops([(f"to_{name}[i]", node) for name, node in outputs])
    text = [
        f"/* {title}: {', '.join(name for name, _ in outputs)}, for n entries. */",
        "void block(int64_t n, const real *const *in, real *const *out, const double *settings,",
        "           const real *coefficients)",
        "{",
        *(f"    const real *at_{safe(name)} = in[{i}];" for i, name in enumerate(arrays)),
        *(f"    real *to_{name} = out[{i}];" for i, (name, _) in enumerate(outputs)),
        *(
            f"    const real s{i} = R(settings[{i}]);  /* {node!r} */"
            for i, node in enumerate(writer.settings)
        ),
        *(
            f"    const real {safe(name)} = coefficients[{i}];"
            for i, name in enumerate(coefficients)
        ),
        *([f"    const real item = coefficients[{len(coefficients)}];"] if labels else []),
        *(f"    real kept_{i}[BLOCK];" for i in range(writer.kept)),
        *(f"    {line}" for line in loops),
        "}",
        "",
    ]
    return Block("\n".join(text), tuple(writer.settings), writer.kept)


class _Writer:
    """Writes the loops; what depends on parameters alone is computed before them, in Python."""

    def __init__(
        self, nodes: tuple[Expression, ...], free: tuple[str, ...], labels: frozenset[str]
    ) -> None:
        self.fixed, self.labels, self.kept, self.lines = fixed_nodes(nodes, free), labels, 0, 0
        self.stages = stages(nodes, self.fixed)
        self.settings: list[Expression] = []
        self.names: dict[Expression, str] = {
            node: safe(str(node.args[0]))
            for node in walk(*nodes)
            if node.op == "parameter" and node.args[0] in free
        }

    def loops(self, outputs: list[tuple[str, Expression]]) -> list[str]:
        """Write a loop for each stage, and the last one for the outputs."""
        found = []
        for stage in self.stages:
            into = [(f"kept_{self.kept + i}[i]", node) for i, node in enumerate(stage)]
            found += self._loop(into)
            self.kept += len(stage)
            self.names.update((node, name) for name, node in into)
        return found + self._loop(outputs)

    def _loop(self, outputs: list[tuple[str, Expression]]) -> list[str]:
        names, lines = dict(self.names), list[str]()
        for _, node in outputs:
            self._state(node, names, lines)
        lines += [f"{into} = {names[node]};" for into, node in outputs]
        return ["LOOP for (int64_t i = 0; i < n; i++) {", *(f"    {each}" for each in lines), "}"]

    def _state(self, node: Expression, names: dict[Expression, str], lines: list[str]) -> None:
        """Name a node in this loop, and state what it is made of before."""
        if node in names:
            return
        if node.op == "constant":
            names[node] = number(float(node.args[0]))
        elif node in self.fixed:
            names[node] = self.names[node] = f"s{len(self.settings)}"
            self.settings.append(node)
        elif node.op == "symbol":
            names[node] = safe(str(node.args[0]))
            lines.append(f"const real {names[node]} = {self._read(str(node.args[0]))};")
        else:
            for each in node.args:
                self._state(each, names, lines)
            text = spelt(node, asked(node, [names[each] for each in node.args], self.fixed))
            if node.op in QUESTIONS:
                names[node] = f"({text})"
                return
            names[node] = f"v{self.lines}"
            self.lines += 1
            lines.append(f"const real {names[node]} = {text};")

    def _read(self, name: str) -> str:
        at = f"at_{safe(name)}[i]"
        if name not in self.labels:
            return at
        return f"{at} != {at} ? {at} : {at} == item ? R(1) : R(0)"
