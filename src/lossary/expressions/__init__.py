"""A formula as a graph: what it is made of, its slopes, its LaTeX, and how to compute it again."""

from lossary.expressions.derivative import derivative
from lossary.expressions.graph import Expression, constant, parameter, symbol
from lossary.expressions.latex import latex
from lossary.expressions.namespace import Symbolic
from lossary.expressions.program import compiled, source
from lossary.expressions.rows import row_gradient

__all__ = [
    "Expression",
    "Symbolic",
    "compiled",
    "constant",
    "derivative",
    "latex",
    "parameter",
    "row_gradient",
    "source",
    "symbol",
]
