r"""A graph as LaTeX, with as few brackets as its reading allows."""

from collections.abc import Callable

from lossary.expressions.graph import Expression

# How tightly each reading binds; what binds less than its surroundings wants brackets.
SUM, PRODUCT, PREFIX, POWER, ATOM = range(5)
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu",
    "nu", "xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
}  # fmt: skip
_SYMBOLS = {"prediction": "p", "target": "t", "log_variance": "s", "mean": "m"}
_COMPARISONS = {
    "less": "<", "less_equal": r"\le", "greater": ">", "greater_equal": r"\ge", "equal": "=",
    "not_equal": r"\ne", "logical_and": r"\land", "logical_or": r"\lor",
}  # fmt: skip
_FUNCTIONS = {
    "log": r"\log", "tanh": r"\tanh", "sigmoid": r"\sigma", "softplus": r"\operatorname{softplus}",
    "sign": r"\operatorname{sign}", "maximum": r"\max", "minimum": r"\min",
    "logaddexp": r"\operatorname{logaddexp}", "isnan": r"\operatorname{isnan}",
}  # fmt: skip


def latex(node: Expression) -> str:
    r"""Write a graph as LaTeX.

    >>> from lossary.expressions import symbol
    >>> latex((symbol("prediction") - symbol("target")) ** 2 / 2)
    '\\frac{\\left(p - t\\right)^{2}}{2}'
    """
    return _read(node)[0]


def _within(node: Expression, tightness: int) -> str:
    text, own = _read(node)
    return text if own >= tightness else rf"\left({text}\right)"


def _read(node: Expression) -> tuple[str, int]:
    """Return the text of a node and how tightly it binds."""
    op, args = node.op, node.args
    if op in _LEAVES_AND_RULES:
        return _LEAVES_AND_RULES[op](*args)
    if op in _COMPARISONS:
        return f"{_within(args[0], SUM)} {_COMPARISONS[op]} {_within(args[1], SUM)}", SUM
    inside = ", ".join(latex(each) for each in args)
    return rf"{_FUNCTIONS.get(op, op)}\left({inside}\right)", ATOM


def _name(name: str) -> tuple[str, int]:
    if name in _GREEK:
        return rf"\{name}", ATOM
    text = _SYMBOLS.get(name, name)
    return (text if len(text) == 1 else rf"\mathrm{{{text.replace('_', ' ')}}}"), ATOM


def _number(value: float) -> tuple[str, int]:
    text = f"{value:.6g}"
    return text, PREFIX if value < 0 else ATOM


def _add(x: Expression, y: Expression) -> tuple[str, int]:
    if y.op == "constant" and y.args[0] < 0:
        return f"{_within(x, SUM)} - {_number(-y.args[0])[0]}", SUM
    return f"{_within(x, SUM)} + {_within(y, SUM)}", SUM


def _subtract(x: Expression, y: Expression) -> tuple[str, int]:
    return f"{_within(x, SUM)} - {_within(y, PRODUCT)}", SUM


def _multiply(x: Expression, y: Expression) -> tuple[str, int]:
    if x is y:
        return _power(x, None)
    # A bracket or a letter follows directly; a digit would run into the one before it.
    sign = r" \cdot " if latex(y)[0].isdigit() else r" \, "
    return f"{_within(x, PRODUCT)}{sign}{_within(y, PREFIX)}", PRODUCT


def _power(x: Expression, y: Expression | None) -> tuple[str, int]:
    exponent = "2" if y is None else latex(y)
    return f"{_within(x, ATOM)}^{{{exponent}}}", POWER


def _where(condition: Expression, yes: Expression, no: Expression) -> tuple[str, int]:
    rows = rf"{latex(yes)} & {latex(condition)} \\ {latex(no)} & \text{{otherwise}}"
    return rf"\begin{{cases}} {rows} \end{{cases}}", ATOM


def _exp(x: Expression) -> tuple[str, int]:
    if x.op == "log_softmax":
        return rf"\operatorname{{softmax}}\left({latex(x.args[0])}\right)", ATOM
    return f"e^{{{latex(x)}}}", POWER


def _pick(x: Expression, label: Expression) -> tuple[str, int]:
    return f"{_within(x, ATOM)}_{{{latex(label)}}}", ATOM


def _log_softmax(x: Expression) -> tuple[str, int]:
    return rf"\log\operatorname{{softmax}}\left({latex(x)}\right)", PREFIX


_LEAVES_AND_RULES: dict[str, Callable[..., tuple[str, int]]] = {
    "symbol": _name,
    "parameter": _name,
    "constant": _number,
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": lambda x, y: (rf"\frac{{{latex(x)}}}{{{latex(y)}}}", POWER),
    "power": _power,
    "where": _where,
    "pick": _pick,
    "log_softmax": _log_softmax,
    "row": lambda values: (r"\mathrm{weights}", ATOM),
    "count": lambda x: ("K", ATOM),
    "spread": lambda x: (_within(x, ATOM), ATOM),
    "sum": lambda x: (rf"\sum_k {_within(x, PRODUCT)}", PREFIX),
    "mean": lambda x: (rf"\tfrac{{1}}{{K}} \sum_k {_within(x, PRODUCT)}", PREFIX),
    "logsumexp": lambda x: (rf"\log \sum_k e^{{{latex(x)}}}", PREFIX),
    "one_hot": lambda label, like: (rf"\left[k = {latex(label)}\right]", ATOM),
    "negative": lambda x: (f"-{_within(x, PRODUCT)}", PREFIX),
    "abs": lambda x: (rf"\left|{latex(x)}\right|", ATOM),
    "exp": _exp,
    "expm1": lambda x: (f"e^{{{latex(x)}}} - 1", SUM),
    "log1p": lambda x: (rf"\log\left(1 + {_within(x, SUM)}\right)", ATOM),
    "sqrt": lambda x: (rf"\sqrt{{{latex(x)}}}", ATOM),
    "logical_not": lambda x: (rf"\lnot {_within(x, ATOM)}", PREFIX),
}
