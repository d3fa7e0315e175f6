"""Finds losses that compare the logarithms of two arrays: of amounts, and not of probabilities."""

import ast
from dataclasses import dataclass, field

from lossary.verifier.probing.text import Text
from lossary.verifier.probing.words import read

LOGS = ("log", "log2", "log10")
BESIDE = ("weight", "mask", "length")
Names = frozenset[str]
NONE: Names = frozenset()


def log_ratio(text: Text) -> Names:
    """Return the two arguments whose logarithms are subtracted from each other; most have none.

    Where an array is multiplied with such a logarithm it is a share, as in a divergence.
    """
    names = (each.name for each in text.candidate.inputs if each.required)
    reading = _Reading(frozenset(name for name in names if read(name).role not in BESIDE))
    try:
        reading.statements(ast.parse(text.code))
    except SyntaxError:
        return NONE
    return NONE if reading.shares else reading.found


@dataclass(frozen=True)
class _Origin:
    """From which arguments a value comes: as they are, or by their logarithms."""

    raw: Names = NONE
    logged: Names = NONE
    log: bool = False
    """Whether it is the logarithm of an array, and nothing more."""


@dataclass
class _Reading:
    names: Names
    known: dict[str, _Origin] = field(default_factory=dict)
    found: Names = NONE
    shares: bool = False

    def statements(self, tree: ast.AST) -> None:
        """Follow values from name to name, line by line."""
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.known[node.targets[0].id] = self.of(node.value)
            elif isinstance(node, ast.expr):
                self.of(node)
            else:
                self.statements(node)

    def of(self, node: ast.AST) -> _Origin:
        if isinstance(node, ast.Name):
            own = frozenset({node.id}) & self.names
            return self.known.get(node.id, _Origin(own))
        inner = _logged(node)
        if inner is not None:
            return self._log(inner)
        parts = [self.of(each) for each in ast.iter_child_nodes(node)]
        if isinstance(node, ast.BinOp):
            self._two(node, self.of(node.left), self.of(node.right))
        raw = NONE.union(*(each.raw for each in parts))
        return _Origin(raw, NONE.union(*(each.logged for each in parts)))

    def _log(self, inner: ast.AST) -> _Origin:
        of = self.of(inner)
        plain = not any(isinstance(each, ast.Sub) for each in ast.walk(inner))
        if plain and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div):
            self._pair(self.of(inner.left).raw, self.of(inner.right).raw)
        return _Origin(NONE, of.raw | of.logged, plain and not of.logged)

    def _two(self, node: ast.BinOp, left: _Origin, right: _Origin) -> None:
        if isinstance(node.op, ast.Sub) and left.log and right.log:
            self._pair(left.logged, right.logged)
        if isinstance(node.op, ast.Mult) and (left.raw & self.names or right.raw & self.names):
            self.shares |= bool((left.raw and right.logged) or (right.raw and left.logged))

    def _pair(self, one: Names, other: Names) -> None:
        if len(one) == len(other) == 1 and one != other:
            self.found |= one | other


def _logged(node: ast.AST) -> ast.AST | None:
    """Return what a call takes the logarithm of: log(x), or x.log()."""
    if not isinstance(node, ast.Call):
        return None
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in LOGS:
        return None
    return node.args[0] if node.args else getattr(node.func, "value", None)
