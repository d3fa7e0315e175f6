"""A graph as one line of plain text, as one would write it in a letter: min(|e|, δ)·(|e| − …)."""

from collections.abc import Callable

from lossary.expressions import Expression

# How tightly each reading binds; what binds less than its surroundings wants brackets.
SUM, PRODUCT, POWER, ATOM = range(4)
SYMBOLS = {
    "prediction": "p", "target": "t", "anchor": "a", "positive": "p", "negative": "n",
    "mean": "m", "log_variance": "v", "error": "e", "smoothing": "ε", "temperature": "τ",
    "margin": "m", "smooth": "s", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ",
    "epsilon": "ε", "sigma": "σ", "tau": "τ",
}  # fmt: skip
_SIGNS = {
    "less": "<", "less_equal": "≤", "greater": ">", "greater_equal": "≥", "equal": "=",
    "not_equal": "≠", "logical_and": "and", "logical_or": "or",
}  # fmt: skip
_FUNCTIONS = {
    "sigmoid": "σ", "maximum": "max", "minimum": "min", "sum": "Σ", "log_softmax": "log softmax",
    "logsumexp": "log Σ exp", "sqrt": "√",
}  # fmt: skip
_RAISED = {2.0: "²", 3.0: "³", 4.0: "⁴"}


def plain(node: Expression) -> str:
    """Write a graph as text.

    >>> from lossary.expressions import symbol
    >>> plain((symbol("prediction") - symbol("target")) ** 2 / 2)
    '(p − t)²/2'
    """
    return _read(node)[0]


def branches(node: Expression) -> list[tuple[str, str]]:
    """Write a graph whose branches are outermost as pairs: what it is, and where.

    The first pair holds whose condition does.
    """
    if node.op != "where":
        return [(plain(node), "")]
    condition, yes, no = node.args
    within = [(text, _both(plain(condition), where)) for text, where in branches(yes)]
    return [*within, *((text, where or "otherwise") for text, where in branches(no))]


def _both(one: str, other: str) -> str:
    return one if other in ("", "otherwise") else f"{one} and {other}"


def _within(node: Expression, tightness: int) -> str:
    text, own = _read(node)
    return text if own >= tightness else f"({text})"


def _read(node: Expression) -> tuple[str, int]:
    """Return the text of a node and how tightly it binds."""
    if node.op in ("symbol", "parameter"):
        name = str(node.args[0])
        return SYMBOLS.get(name, name), ATOM
    if node.op in _RULES:
        return _RULES[node.op](*node.args)
    if node.op in _SIGNS:
        x, y = node.args
        return f"{_within(x, SUM)} {_SIGNS[node.op]} {_within(y, SUM)}", SUM
    inside = ", ".join(map(plain, node.args))
    return f"{_FUNCTIONS.get(node.op, node.op)}({inside})", ATOM


def _number(value: float) -> tuple[str, int]:
    return f"{value:.6g}".replace("-", "−"), ATOM if value >= 0 else SUM


def _multiply(x: Expression, y: Expression) -> tuple[str, int]:
    if x is y:
        return f"{_within(x, ATOM)}²", POWER
    return f"{_within(x, PRODUCT)}·{_within(y, PRODUCT)}", PRODUCT


def _power(x: Expression, y: Expression) -> tuple[str, int]:
    if y.op == "constant" and y.args[0] in _RAISED:
        return _within(x, ATOM) + _RAISED[y.args[0]], POWER
    return f"{_within(x, ATOM)}^{_within(y, ATOM)}", POWER


def _exp(x: Expression) -> tuple[str, int]:
    if x.op == "log_softmax":
        return f"softmax({plain(x.args[0])})", ATOM
    return f"exp({plain(x)})", ATOM


_RULES: dict[str, Callable[..., tuple[str, int]]] = {
    "constant": _number,
    "row": lambda values: (f"({', '.join(f'{each:g}' for each in values)})", ATOM),
    "add": lambda x, y: (f"{_within(x, SUM)} + {_within(y, SUM)}", SUM),
    "subtract": lambda x, y: (f"{_within(x, SUM)} − {_within(y, PRODUCT)}", SUM),
    "multiply": _multiply,
    "divide": lambda x, y: (f"{_within(x, PRODUCT)}/{_within(y, POWER)}", PRODUCT),
    "power": _power,
    "negative": lambda x: (f"−{_within(x, PRODUCT)}", SUM),
    "abs": lambda x: (f"|{plain(x)}|", ATOM),
    "exp": _exp,
    "pick": lambda x, label: (f"{_within(x, ATOM)}[{plain(label)}]", ATOM),
    "one_hot": lambda label, x: (f"[k = {plain(label)}]", ATOM),
    "expm1": lambda x: (f"exp({plain(x)}) − 1", SUM),
    "logical_not": lambda x: (f"not {_within(x, ATOM)}", PRODUCT),
    "where": lambda c, yes, no: (f"({plain(yes)} if {plain(c)}, else {plain(no)})", ATOM),
}
