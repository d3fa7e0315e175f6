"""How each operation of a formula is spelt in C."""

from collections.abc import Iterable
from math import inf, isnan

from lossary.expressions import Expression

RESERVED = frozenset({
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else",
    "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register",
    "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef",
    "union", "unsigned", "void", "volatile", "while", "asm", "typeof", "real", "place", "int64_t",
    "block", "n", "k", "i", "j", "r", "w", "in", "out", "to", "room", "rows", "steps", "numbers",
    "labels", "tables", "settings", "weight", "scale", "results", "step_to", "count", "factor",
    "first", "wide", "coefficients", "R", "LOOP", "BLOCK", "WIDTH", "TILE", "LANES", "item",
    "summed", "largest", "add", "found", "sum",
})  # fmt: skip
"""Words of C, and names that mean something in what is written."""
NAMED = frozenset({"at", "to", "label", "step", "hot", "cold", "t", "x", "r"})
"""Words that are written before a user's name."""
NUMBERED = frozenset({
    "kept", "table", "room", "top", "log", "total", "sum", "inverse", "e", "j",
})  # fmt: skip
"""Words that are written before a number."""
FUNCTIONS = {
    "abs": "r_abs", "sign": "r_sign", "exp": "r_exp", "expm1": "r_expm1", "log": "r_log",
    "log1p": "r_log1p", "sqrt": "r_sqrt", "tanh": "r_tanh", "sigmoid": "r_sigmoid",
    "softplus": "r_softplus", "logaddexp": "r_logaddexp", "power": "r_pow", "maximum": "r_max",
    "minimum": "r_min", "decay": "r_decay", "log1p_of_unit": "r_log1p_of_unit",
}  # fmt: skip
OPERATORS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "negative": "-{}", "where": "{} ? {} : {}",
}  # fmt: skip
QUESTIONS = {
    "less": "{} < {}", "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}",
    "equal": "{} == {}", "not_equal": "{} != {}", "logical_and": "{} & {}", "logical_or": "{} | {}",
    "logical_not": "!{}", "isnan": "({0} != {0})",
}  # fmt: skip
"""Operations whose answer is yes or no. They are written where they are asked: as a variable of
their own they would have another width than the numbers, and a compiler might not vectorise."""


def safe(name: str) -> str:
    """Return a name that means nothing else in C."""
    word, _, rest = name.partition("_")
    own = name[1:2].isdigit() or word in NAMED or (word in NUMBERED and rest[:1].isdigit())
    return f"x_{name}" if name in RESERVED or own else name


def spelt(node: Expression, names: list[str]) -> str:
    """Write an operation on arguments that are written already."""
    if node.op in FUNCTIONS:
        return f"{FUNCTIONS[node.op]}({', '.join(names)})"
    return (OPERATORS.get(node.op) or QUESTIONS[node.op]).format(*names)


def asked(node: Expression, names: list[str], fixed: set[Expression]) -> list[str]:
    """Return the arguments' names, where a yes or no that is known before the loop is a number."""
    if node.op not in ("where", "logical_and", "logical_or", "logical_not"):
        return names
    asks = len(names) if node.op != "where" else 1
    return [
        f"({name} != 0)" if each in fixed and (each.op in QUESTIONS or at < asks) else name
        for at, (each, name) in enumerate(zip(node.args, names, strict=True))
    ]


def number(value: float) -> str:
    """Write a number, to its last digit, in the precision computed in.

    >>> number(0.1)
    'R(0.1)'
    """
    if isnan(value):
        return 'R(__builtin_nan(""))'
    if abs(value) == inf:
        return f"R({'-' if value < 0 else ''}__builtin_inf())"
    return f"R({value!r})"


def known(nodes: Iterable[Expression]) -> bool:
    """Say whether C has a word for each of these operations."""
    words: tuple[dict[str, str], ...] = (FUNCTIONS, OPERATORS, QUESTIONS)
    return all(any(node.op in table for table in words) for node in nodes)
