"""From the graphs of an entry's numbers to C: one loop that the compiler makes into vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.words import QUESTIONS, asked, number, safe, spelt

HEAD = """\
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
#define R(x) ((real)(x))
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


@cache
def block(
    title: str,
    outputs: tuple[tuple[str, Expression], ...],
    arrays: tuple[str, ...],
    coefficients: tuple[str, ...] = (),
    labels: frozenset[str] = frozenset(),
) -> Block:
    """Write the C of `block`, which computes named outputs for n entries in one loop.

    `coefficients` are parameters that differ from call to call, and come by themselves. Of the
    arrays, `labels` say which item each entry is, and are read as whether it is this item: one or
    zero, NaN if it is none. The item's number comes behind the coefficients.
    """
    nodes = tuple(node for _, node in outputs)
    given, arrays, coefficients = (
        coefficients,
        *(tuple(map(safe, x)) for x in (arrays, coefficients)),
    )
    marked = set(map(safe, labels))
    names, settings, lines = _named(nodes, given)
    text = [f"/* {title}: {', '.join(name for name, _ in outputs)}, for n entries. */"]
    text += [
        "void block(int64_t n, const real *const *in, real *const *out, const double *settings,",
        "           const real *coefficients)",
        "{",
    ]
    text += [f"    const real *at_{name} = in[{i}];" for i, name in enumerate(arrays)]
    text += [f"    real *to_{name} = out[{i}];" for i, (name, _) in enumerate(outputs)]
    text += [
        f"    const real {names[node]} = R(settings[{i}]);  /* {node!r} */"
        for i, node in enumerate(settings)
    ]
    text += [f"    const real {name} = coefficients[{i}];" for i, name in enumerate(coefficients)]
    text += [f"    const real item = coefficients[{len(coefficients)}];"] if labels else []
    text += ["    LOOP for (int64_t i = 0; i < n; i++) {"]
    text += [
        f"        const real {name} = {_member(name) if name in marked else f'at_{name}[i]'};"
        for name in arrays
    ]
    text += [f"        {line}" for line in lines]
    text += [f"        to_{name}[i] = {names[node]};" for name, node in outputs]
    return Block("\n".join([*text, "    }", "}", ""]), settings)


def _member(name: str) -> str:
    label = f"at_{name}[i]"
    return f"{label} != {label} ? {label} : {label} == item ? R(1) : R(0)"


def _named(
    nodes: Sequence[Expression], free: tuple[str, ...]
) -> tuple[dict[Expression, str], tuple[Expression, ...], list[str]]:
    """Name every node; what depends on parameters alone is computed before, in Python."""
    names: dict[Expression, str] = {}
    settings: list[Expression] = []
    lines: list[str] = []
    fixed = fixed_nodes(nodes, free)
    for node in walk(*nodes):
        if node.op == "constant":
            names[node] = number(float(node.args[0]))
        elif node.op == "symbol" or (node.op == "parameter" and node.args[0] in free):
            names[node] = safe(str(node.args[0]))
    for node in needed(nodes, fixed):
        if node in names:
            continue
        if node in fixed:
            names[node] = f"s{len(settings)}"
            settings.append(node)
            continue
        given = asked(node, [names[each] for each in node.args], fixed)
        if node.op in QUESTIONS:
            names[node] = f"({spelt(node, given)})"
        else:
            names[node] = f"v{len(lines)}"
            lines.append(f"const real {names[node]} = {spelt(node, given)};")
    return names, tuple(settings), lines


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


def needed(nodes: Sequence[Expression], fixed: set[Expression]) -> list[Expression]:
    """List the nodes to name, arguments first, without what lies below fixed ones."""
    found: dict[Expression, None] = {}

    def visit(node: Expression) -> None:
        if node in found:
            return
        if node not in fixed and node.op not in LEAVES:
            for each in node.args:
                visit(each)
        found[node] = None

    for node in nodes:
        visit(node)
    return list(found)
