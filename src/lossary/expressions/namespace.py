"""The symbolic namespace: one more `xp`, on which a formula yields its graph instead of numbers."""

from typing import Any, NoReturn

from lossary.errors import GradientError
from lossary.expressions.graph import Expression, constant, make

UNARY = (
    "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "tanh", "sigmoid", "softplus", "isnan",
    "logical_not",
)  # fmt: skip
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

    def __getattr__(self, name: str) -> NoReturn:
        raise GradientError(
            f"xp.{name} does not act entry by entry, so no slope can be derived through it.\n"
            f"Hint: an Elementwise formula may use xp.{', xp.'.join((*UNARY, *BINARY))}, "
            f"xp.where, xp.clip and the operators."
        )


for _name in (*UNARY, *BINARY):
    setattr(Symbolic, _name, lambda self, *args, _op=_name: make(_op, *args))

symbolic = Symbolic()
