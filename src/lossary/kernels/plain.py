"""One more namespace: Python's own numbers, as formulas meet them on NumPy and PyTorch.

What depends on a rule's numbers alone is computed with the very functions that the formula calls,
so that a kernel rounds as the formula does, and at a fraction of NumPy's price for single numbers.
"""

import math
from typing import Any

from lossary.expressions import Expression, compiled

NOT_HERE = (ArithmeticError, ValueError, TypeError, AttributeError)
"""What Python raises where arrays would say inf or NaN, or know a word that is missing here."""


class Plain:
    """The words that single numbers need."""

    exp, expm1, log, log1p = math.exp, math.expm1, math.log, math.log1p
    sqrt, tanh, abs, maximum, minimum = math.sqrt, math.tanh, abs, max, min

    @staticmethod
    def zeros_like(number: Any) -> float:
        return 0.0

    @staticmethod
    def where(condition: Any, yes: Any, no: Any) -> Any:
        return yes if condition else no


def numbers(nodes: tuple[Expression, ...], given: dict[str, float]) -> list[float] | None:
    """Compute graphs of numbers alone; None where only arrays have an answer."""
    try:
        return [float(each) for each in compiled(nodes, tuple(given))(Plain, *given.values())]
    except NOT_HERE:
        return None
