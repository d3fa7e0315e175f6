"""From a rule's formula to graphs: the change of a weight, and what its slots become."""

from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from typing import Any

from lossary.core.descent.settings import valued
from lossary.core.trace import shadow
from lossary.expressions import Expression, constant, parameter, symbol
from lossary.expressions.namespace import symbolic


@dataclass(frozen=True)
class RuleTrace:
    """The graphs of one rule: `outputs` are the change and the slots after it, each by name.

    `arrays` name the symbols: the weight, its gradient and the slots. Numbers are parameters: those
    of the rule that are not zero, the step, and what is carried.
    """

    outputs: tuple[tuple[str, Expression], ...]
    arrays: tuple[str, ...]
    parameters: tuple[str, ...]


def trace_rule(rule: Any) -> RuleTrace:
    """Trace a rule; its numbers stay parameters, so that one trace serves all of them.

    Raises:
        GradientError: the formula sees more than one entry at a time.
    """
    named = rule.parameters().items()
    fixed = tuple((name, v) for name, v in named if not isinstance(v, float) or v == 0)
    cls: Any = type(rule)
    return _traced(cls, fixed, rule.slots)


@lru_cache(maxsize=256)
def _traced(cls: Any, fixed: tuple[tuple[str, Any], ...], slots: tuple[str, ...]) -> RuleTrace:
    rule, free = shadow(cls, dict(fixed))
    rule = valued(rule, {"stacked": 0, "slots": slots})
    arrays = ("weight", "gradient", *slots)
    numbers = ("step", *cls.carried)
    extra = (None,) if "curvature" in signature(cls.update).parameters else ()
    found = rule.update(
        symbolic, parameter("step"), *map(symbol, arrays), *map(parameter, cls.carried), *extra
    )
    nodes = found if isinstance(found, tuple) else (found,)
    made = tuple(each if isinstance(each, Expression) else constant(each) for each in nodes)
    return RuleTrace(tuple(zip(("change", *slots), made, strict=True)), arrays, (*free, *numbers))
