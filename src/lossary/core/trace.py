"""From a loss's formula to graphs and programs: its value, its slopes and its curvatures."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from lossary.expressions import (
    Expression,
    Symbolic,
    compiled,
    constant,
    derivative,
    parameter,
    symbol,
)
from lossary.expressions.derivative import one_sided

Array = Any
xp = Symbolic()


@dataclass(frozen=True)
class Trace:
    """The graphs of one loss. `slopes` and `curvatures` have one graph for each component."""

    value: Expression
    slopes: tuple[Expression, ...]
    curvatures: tuple[Expression, ...]
    arrays: tuple[str, ...]
    parameters: tuple[str, ...]

    def evaluate(self, loss: Any, which: str, xp: Any, prediction: Any, target: Array) -> Any:
        """Compute "value" (one array), "slopes" or "curvatures" (one for each component)."""
        graphs = (self.value,) if which == "value" else getattr(self, which)
        program = compiled(graphs, (*self.arrays, *self.parameters))
        numbers = prediction if isinstance(prediction, tuple) else (prediction,)
        parameters = [getattr(loss, name) for name in self.parameters]
        found = program(xp, *numbers, target, *parameters)
        return found[0] if which == "value" else found


def trace(loss: Any) -> Trace:
    """Trace an elementwise loss; its numbers stay parameters, so one trace serves all of them."""
    fixed = tuple(
        (each.name, getattr(loss, each.name))
        for each in fields(loss)
        if not isinstance(getattr(loss, each.name), float)
    )
    cls: Any = type(loss)
    return _traced(cls, fixed)


@cache
def _traced(cls: Any, fixed: tuple[tuple[str, Any], ...]) -> Trace:
    loss, free = _shadow(cls, dict(fixed))
    names = cls.components or ("prediction",)
    numbers = tuple(map(symbol, names))
    prediction = numbers if cls.components else numbers[0]
    target = symbol("target")
    value = _node(loss.value(xp, prediction, target))
    slopes = tuple(derivative(value, each) for each in numbers) if loss.trainable else ()
    rule = _RULES[loss.curvature_rule.rule]
    curvatures = rule(loss, numbers, target, slopes) if loss.trainable else ()
    return Trace(value, slopes, curvatures, (*names, "target"), free)


def _shadow(cls: Any, fixed: dict[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Make a loss whose numbers are symbols; words, switches and None stay as they are."""
    loss: Any = object.__new__(cls)
    free = tuple(each.name for each in fields(cls) if each.name not in fixed)
    for name, value in fixed.items():
        object.__setattr__(loss, name, value)
    for name in free:
        object.__setattr__(loss, name, parameter(name))
    return loss, free


def _node(value: Any) -> Expression:
    return value if isinstance(value, Expression) else constant(value)


def _exact(loss: Any, numbers: Any, target: Any, slopes: Any) -> tuple[Expression, ...]:
    pairs = zip(slopes, numbers, strict=True)
    return tuple(one_sided(derivative(slope, number)) for slope, number in pairs)


def _secant(loss: Any, numbers: Any, target: Any, slopes: Any) -> tuple[Expression, ...]:
    error = numbers[0] - target
    apart = slopes[0] / xp.where(error == 0, 1.0, error)
    return (xp.where(error == 0, _exact(loss, numbers, target, slopes)[0], apart),)


def _given(method: str) -> Any:
    def rule(loss: Any, numbers: Any, target: Any, slopes: Any) -> tuple[Expression, ...]:
        prediction = numbers if loss.components else numbers[0]
        found = getattr(loss, method)(xp, prediction, target)
        return tuple(map(_node, found if isinstance(found, tuple) else (found,)))

    return rule


_RULES = {
    "exact": _exact,
    "secant": _secant,
    "fisher": _given("fisher"),
    "bound": _given("bound"),
    "none": lambda *_: (),
}
