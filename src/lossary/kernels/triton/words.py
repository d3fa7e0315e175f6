"""The words of a formula, spelled in Triton: a node of the graph becomes an expression."""

from lossary.expressions.graph import Expression, make

OPERATORS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "negative": "-{}", "less": "{} < {}", "less_equal": "{} <= {}", "greater": "{} > {}",
    "greater_equal": "{} >= {}", "equal": "{} == {}", "not_equal": "{} != {}",
    "logical_and": "{} & {}", "logical_or": "{} | {}", "logical_not": "~{}",
}  # fmt: skip

CALLS = {
    "abs": "tl.abs({})", "sqrt": "tl.sqrt({})", "log": "tl.log({})", "isnan": "{0} != {0}",
    "where": "tl.where({}, {}, {})", "spread": "{}",
    "exp": "maths.exp({})", "expm1": "maths.expm1({})", "log1p": "maths.log1p({})",
    "sigmoid": "maths.sigmoid({}, {})", "softplus": "maths.softplus({}, {})",
    "tanh": "maths.tanh({})",
    "logaddexp": "maths.logaddexp({}, {})", "power": "maths.power({}, {})",
    "maximum": "maths.maximum({}, {})", "minimum": "maths.minimum({}, {})",
    "sign": "maths.sign({})",
}  # fmt: skip

ENTRIES = frozenset({"symbol", "parameter", "constant", *OPERATORS, *CALLS})
"""What a formula of one entry may be made of."""


def wanted(node: Expression) -> tuple[Expression, ...]:
    """Return what a word is made of: its arguments and, for some, e ** -|x|, shared by x and -x."""
    if node.op in ("sigmoid", "softplus"):
        return *node.args, make("exp", -make("abs", *node.args))
    return node.args


def spelled(node: Expression, names: list[str]) -> str:
    """Write one operation, given what that which it wants is called.

    A bare number takes on the precision of what an operator meets it with, but is single
    precision in a call: there, and where it meets only numbers, it becomes a block of one.
    """
    if node.op == "power" and node.args[1].op == "constant" and node.args[1].args[0] in WHOLE:
        return " * ".join(names[:1] * int(node.args[1].args[0]))  # exact, where a power is not
    typed = node.op in CALLS or all(each.op == "constant" for each in node.args)
    written = [
        number(each.args[0], typed) if each.op == "constant" else name
        for each, name in zip(wanted(node), names, strict=True)
    ]
    return (CALLS.get(node.op) or OPERATORS[node.op]).format(*written)


def number(value: float, typed: bool = True) -> str:
    """Write a number, as one of the kernel's precision or bare."""
    bare = f"float('{value}')" if value != value or value in INFINITIES else repr(value)
    if typed:
        return f"tl.full((1,), {bare}, REAL)"
    return f"({bare})" if bare.startswith("-") else bare


WHOLE = (2.0, 3.0, 4.0, 5.0, 6.0)
INFINITIES = (float("inf"), float("-inf"))
