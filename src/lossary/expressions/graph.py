"""The nodes of a formula: symbols, parameters, numbers, and operations on them, each made once."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from lossary.errors import GradientError
from lossary.expressions.simplify import simplified


class Expression:
    """One node. Two nodes of the same making are the same object, so that shared work shows.

    `op` names the operation ("symbol", "parameter" and "constant" for the leaves); `args` are the
    nodes it acts on, or the leaf's name or number. `ndim` is 1 where it has a number for each
    entry of a row, and 0 where it has one for the whole row.
    """

    __slots__ = ("args", "ndim", "op")

    def __init__(self, op: str, args: tuple[Any, ...], ndim: int) -> None:
        self.op, self.args, self.ndim = op, args, ndim

    @property
    def shape(self) -> tuple["Expression"]:
        """The length of the row, as a node."""
        return (make("count", self),)

    def __getitem__(self, key: Any) -> "Expression":
        if key != (..., None):
            raise GradientError(f"a formula's rows can be read as x[..., None] only, not x[{key}].")
        return self  # an entry meets rows wherever it stands

    def __bool__(self) -> NoReturn:
        raise GradientError(
            "a formula must not ask `if` of its values: it is traced once for all of them.\n"
            "Hint: xp.where(condition, yes, no) keeps both branches."
        )

    def __repr__(self) -> str:
        if self.op in LEAVES:
            return str(self.args[0])
        return f"{self.op}({', '.join(map(repr, self.args))})"

    __hash__ = object.__hash__

    if TYPE_CHECKING:  # the operators are set below, one line for all of them

        def __lt__(self, other: Any) -> "Expression": ...
        def __gt__(self, other: Any) -> "Expression": ...
        def __add__(self, other: Any) -> "Expression": ...
        def __mul__(self, other: Any) -> "Expression": ...
        def __rmul__(self, other: Any) -> "Expression": ...
        def __sub__(self, other: Any) -> "Expression": ...
        def __truediv__(self, other: Any) -> "Expression": ...


LEAVES = frozenset({"symbol", "parameter", "constant", "row"})
SPREADING = frozenset({"one_hot", "spread"})


REDUCING = frozenset({"sum", "mean", "logsumexp", "pick", "count"})
"""Operations that make one number of a row."""


@cache
def _unique(op: str, args: tuple[Any, ...], ndim: int) -> Expression:
    return Expression(op, args, ndim)


def symbol(name: str, ndim: int = 0) -> Expression:
    """Stand for an array: the prediction, the target, or one component of either; or for a row."""
    return _unique("symbol", (name,), ndim)


def row(values: tuple[float, ...]) -> Expression:
    """Stand for a row of numbers."""
    return _unique("row", (values,), 1)


def parameter(name: str) -> Expression:
    """Stand for a loss's parameter."""
    return _unique("parameter", (name,), 0)


def constant(value: float) -> Expression:
    """Stand for a number."""
    return _unique("constant", (float(value),), 0)


def make(op: str, *args: Any) -> Any:
    """Apply an operation to nodes and numbers; trivial ones (x + 0, 1 · x, −−x) fall away."""
    nodes = tuple(each if isinstance(each, Expression) else constant(each) for each in args)
    simpler = simplified(op, nodes)
    if simpler is None:
        ndim = 0 if op in REDUCING else 1 if op in SPREADING else max(each.ndim for each in nodes)
        return _unique(op, nodes, ndim)
    if isinstance(simpler, tuple):
        return make(*simpler)
    if isinstance(simpler, (Expression, bool)):
        return simpler
    return constant(simpler)


def walk(*roots: Expression) -> Iterator[Expression]:
    """Yield every node below the roots once, arguments before what is made of them."""
    seen: set[Expression] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            if node.op not in LEAVES:
                stack.extend((child, False) for child in reversed(node.args))


def _binary(op: str, swapped: bool = False) -> Any:
    if swapped:
        return lambda self, other: make(op, other, self)
    return lambda self, other: make(op, self, other)


for _name, _op in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    "and": "logical_and", "or": "logical_or",
}.items():  # fmt: skip
    setattr(Expression, f"__{_name}__", _binary(_op))
    setattr(Expression, f"__r{_name}__", _binary(_op, swapped=True))
for _name, _op in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "eq": "equal", "ne": "not_equal",
}.items():  # fmt: skip
    setattr(Expression, f"__{_name}__", _binary(_op))
for _name, _op in {"neg": "negative", "abs": "abs", "invert": "logical_not"}.items():
    setattr(Expression, f"__{_name}__", lambda self, _op=_op: make(_op, self))
