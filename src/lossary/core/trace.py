"""From a loss's formula to graphs and programs: its value, its slopes and its curvatures."""

from dataclasses import dataclass, fields
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from lossary.expressions import (
    Expression,
    compiled,
    constant,
    derivative,
    parameter,
    row_gradient,
    symbol,
)
from lossary.expressions.derivative import one_sided
from lossary.expressions.namespace import symbolic
from lossary.expressions.rows import scalars

Array = Any
xp = symbolic


@dataclass(frozen=True)
class Trace:
    """The graphs of one loss. `slopes` and `curvatures` have one for each number predicted.

    `arrays` names the symbols; a symbol of `ndim` 1 stands for a row.
    """

    value: Expression
    slopes: tuple[Expression, ...]
    curvatures: tuple[Expression, ...]
    arrays: tuple[str, ...]
    parameters: tuple[str, ...]
    share: Expression | None = None
    """What an entry counts by the definition itself; None for one each."""

    def evaluate(self, loss: Any, which: str, xp: Any, arrays: tuple[Array, ...]) -> Any:
        """Compute "value" (one array), "slopes" or "curvatures" (one for each number predicted)."""
        graphs = (self.value,) if which == "value" else getattr(self, which)
        program = compiled(graphs, (*self.arrays, *self.parameters))
        found = program(xp, *arrays, *(getattr(loss, name) for name in self.parameters))
        return found[0] if which == "value" else found


@dataclass(frozen=True)
class Sums:
    """The graphs of what an entry adds to each sum, and of the slopes of that in the prediction.

    Every symbol is one number: where entries have classes, one class is looked at, and a label
    stands for its membership in that class.
    """

    contributions: tuple[Expression, ...]
    slopes: tuple[Expression, ...]
    arrays: tuple[str, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Finish:
    """The graphs of what a loss makes of the sums of one class, and of its slopes in each sum.

    `counted` is what the class counts in the mean over classes and images. The symbols are the
    sums in their order, and last how many entries counted.
    """

    value: Expression
    counted: Expression
    slopes: tuple[Expression, ...]
    arrays: tuple[str, ...]
    parameters: tuple[str, ...]


def trace(loss: Any, place: int = 0) -> Trace:
    """Trace a loss of entries or rows, in its shape sentence at `place`.

    Its numbers stay parameters, so that one trace serves all of them; but zero is traced as zero,
    since a formula may leave out what it multiplies.
    """
    return _traced(*_kind(loss, place))


def trace_sums(loss: Any, place: int = 0) -> Sums:
    """Trace what entries add to the sums of a loss, in its shape sentence at `place`.

    Raises:
        GradientError: what is added for a class depends on more than that class's own numbers.
    """
    return _traced_sums(*_kind(loss, place))


def trace_finish(loss: Any) -> Finish:
    """Trace what a loss makes of its sums.

    Raises:
        GradientError: its classes see each other.
    """
    return _traced_finish(*_kind(loss, 0)[:2], loss.averaged, len(loss.sums))


def _kind(loss: Any, place: int) -> tuple[Any, tuple[tuple[str, Any], ...], tuple[int, ...]]:
    """Tell all that a trace depends on."""
    named = loss.parameters().items()
    fixed = tuple((name, v) for name, v in named if not isinstance(v, float) or v == 0)
    patterns = loss.sentences[place].inputs
    return type(loss), fixed, tuple(pattern.trailing(loss.entries) for pattern in patterns)


@lru_cache(maxsize=1024)
def _traced(cls: Any, fixed: tuple[tuple[str, Any], ...], rows: tuple[int, ...]) -> Trace:
    loss, free = shadow(cls, dict(fixed))
    components = getattr(cls, "components", ())
    names = (*components, *cls.arrays[1:]) if components else cls.arrays
    if components:
        numbers = tuple(map(symbol, components))
        arrays: tuple[Any, ...] = (numbers, *map(symbol, cls.arrays[1:]))
    else:
        arrays = tuple(symbol(name, ndim) for name, ndim in zip(names, rows, strict=True))
        numbers = arrays[:1]
    value = _node(loss.value(xp, *arrays))
    share = loss.share(xp, *arrays)
    share = None if share is None else _node(share)
    if not loss.trainable:
        return Trace(value, (), (), names, free, share)
    if numbers[0].ndim:
        curvatures = ()
        if loss.curvature_rule.rule != "none":
            curvatures = _RULES[loss.curvature_rule.rule](loss, numbers, arrays[1], ())
        return Trace(value, (row_gradient(value, numbers[0]),), curvatures, names, free, share)
    slopes = tuple(derivative(value, each) for each in numbers)
    curvatures = _RULES[loss.curvature_rule.rule](loss, numbers, arrays[1], slopes)
    return Trace(value, slopes, curvatures, names, free, share)


@lru_cache(maxsize=1024)
def _traced_sums(cls: Any, fixed: tuple[tuple[str, Any], ...], rows: tuple[int, ...]) -> Sums:
    loss, free = shadow(cls, dict(fixed))
    arrays = tuple(symbol(name, ndim) for name, ndim in zip(cls.arrays, rows, strict=True))
    each = tuple(map(_node, loss.contributions(xp, *arrays)))
    if any(rows):
        each = scalars(each)
    prediction = symbol(cls.arrays[0])
    slopes = tuple(derivative(node, prediction) for node in each) if loss.trainable else ()
    return Sums(each, slopes, cls.arrays, free)


@lru_cache(maxsize=1024)
def _traced_finish(
    cls: Any, fixed: tuple[tuple[str, Any], ...], averaged: bool, count: int
) -> Finish:
    loss, free = shadow(cls, dict(fixed))
    names = (*(f"sum{i}" for i in range(count)), "entries")
    sums = tuple(map(symbol, names))
    value = _node(loss._finish(SimpleNamespace(xp=xp), sums))
    # An image in which nothing counts is left out; a class without entries is none the less one.
    counted = _node(xp.where(sums[-1] > 0, 1.0, 0.0)) if averaged else constant(1.0)
    slopes = tuple(derivative(value, each) for each in sums[:-1])
    return Finish(value, counted, slopes, names, free)


def shadow(cls: Any, fixed: dict[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Make a loss whose numbers are symbols; words, switches, zero and None stay as they are."""
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
        prediction = numbers if getattr(loss, "components", ()) else numbers[0]
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
