"""The symbolic namespace: one more `xp`, on which a formula yields its graph instead of numbers."""

from typing import Any, NoReturn

from lossary.errors import GradientError
from lossary.expressions.graph import Expression, constant, make, row

UNARY = (
    "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "tanh", "sigmoid", "softplus", "isnan",
    "logical_not",
)  # fmt: skip
ROWS = ("sum", "mean", "logsumexp", "log_softmax", "pick", "one_hot", "row")
BINARY = ("logaddexp", "maximum", "minimum", "logical_and", "logical_or")


class Symbolic:
    """Answers to the array API's words that act entry by entry, and to the stable primitives."""

    def where(self, condition: Expression, yes: Any, no: Any) -> Expression:
        return make("where", condition, yes, no)

    def clip(self, x: Any, min: Any = None, max: Any = None) -> Expression:  # noqa: A002
        x = x if min is None else make("maximum", x, min)
        return x if max is None else make("minimum", x, max)

    def zeros_like(self, x: Expression) -> Expression:
        return constant(0.0)

    def ones_like(self, x: Expression) -> Expression:
        return constant(1.0)

    def sum(self, x: Expression, axis: int = -1) -> Expression:
        return _over_rows("sum", x, axis)

    def mean(self, x: Expression, axis: int = -1) -> Expression:
        return _over_rows("mean", x, axis)

    def logsumexp(self, x: Expression, axis: int = -1) -> Expression:
        return _over_rows("logsumexp", x, axis)

    def log_softmax(self, x: Expression) -> Expression:
        return make("log_softmax", x)

    def pick(self, x: Expression, label: Expression) -> Expression:
        return make("pick", x, label)

    def one_hot(self, label: Expression, like: Expression) -> Expression:
        return make("one_hot", label, like)

    def row(self, values: tuple[float, ...], like: Expression) -> Expression:
        return row(values)

    def __getattr__(self, name: str) -> NoReturn:
        raise GradientError(
            f"xp.{name} is no word of a formula, so no slope can be derived through it.\n"
            f"Hint: entry by entry there are xp.{', xp.'.join((*UNARY, *BINARY))}, xp.where, "
            f"xp.clip and the operators; for rows there are xp.{', xp.'.join(ROWS)}."
        )


def _over_rows(op: str, x: Expression, axis: int) -> Expression:
    if x.ndim == 0 or axis != -1:
        raise GradientError(
            f"xp.{op}(axis={axis}): a formula sums over the last axis of rows only."
        )
    return make(op, x)


for _name in (*UNARY, *BINARY):
    setattr(Symbolic, _name, lambda self, *args, _op=_name: make(_op, *args))

symbolic = Symbolic()
