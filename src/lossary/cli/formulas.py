"""What a card says of a loss's maths: its formula, slopes and curvature, plainly and in LaTeX."""

from dataclasses import dataclass
from typing import Any

from lossary.cli.letters import legend
from lossary.cli.plain import branches, plain
from lossary.cli.tidy import replaced, tidied
from lossary.cli.unlatex import unlatex
from lossary.core.derived import Derived
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import facts_of
from lossary.expressions import Expression, latex, symbol

_RULES = {
    "exact": "the second derivative itself",
    "secant": "the slope divided by the error",
    "bound": "an upper bound",
    "fisher": "the second derivative expected under the model",
    "none": "there is no curvature",
}


@dataclass(frozen=True)
class Line:
    """One formula: its cases as (what, where), and the same in LaTeX."""

    cases: tuple[tuple[str, str], ...]
    latex: str

    def __str__(self) -> str:
        return ";  ".join(_joined(what, where) for what, where in self.cases)


@dataclass(frozen=True)
class Formulas:
    """All formulas of one loss; slopes and curvature have a line for each number predicted."""

    value: Line
    slopes: dict[str, Line]
    curvature: dict[str, Line]
    reason: str
    legend: tuple[str, ...]


def formulas(loss: Any) -> Formulas:
    """Derive the formulas of a loss of entries or rows; of another, return the one it states."""
    stated = _stated(loss.formula)
    if not isinstance(loss, Derived):
        return Formulas(stated, {}, {}, "", legend(loss, str(stated)))
    trace = _open(loss).traced()
    error = _error(trace.value)
    value = stated if loss.formula else _line(trace.value, error)
    slopes, curvature = _slopes(loss, error), _curvature(loss, trace.curvatures, error)
    difference = "" if error is None else plain(error)
    text = " ".join(map(str, (value, *slopes.values(), *curvature.values())))
    return Formulas(value, slopes, curvature, _reason(loss), legend(loss, text, difference))


def _stated(formula: str) -> Line:
    return Line(((unlatex(formula), ""),), formula)


def _open(loss: Any) -> Any:
    """Return a loss in which no number is zero: what is multiplied by zero would not be seen."""
    numbers = {name: getattr(loss, name) for name in facts_of(type(loss))}
    return loss.replace(**{
        name: 0.5 for name, value in numbers.items() if isinstance(value, float) and value == 0
    })  # fmt: skip


def _slopes(loss: Any, error: Expression | None) -> dict[str, Line]:
    """Return a line for each number predicted, or for each encoding of the target."""
    loss = _open(loss)
    if len(loss.sentences) == 1:
        names = getattr(loss, "components", ()) or loss.names[:1]
        if loss.slope_formula:
            return {names[0]: _stated(loss.slope_formula)}
        return {n: _line(each, error) for n, each in zip(names, loss.traced().slopes, strict=False)}
    return {
        domains[1].name: _line(loss.traced(place).slopes[0], error)
        for place, domains in enumerate(loss.domains)
        if loss.trainable
    }


def _curvature(loss: Any, nodes: Any, error: Expression | None) -> dict[str, Line]:
    if not isinstance(loss, Elementwise) or loss.curvature_rule.rule == "secant":
        return {}
    names = loss.components or loss.names[:1]
    return {name: _line(each, error) for name, each in zip(names, nodes, strict=False)}


def _joined(what: str, where: str) -> str:
    if where in ("", "otherwise"):
        return f"{what}  {where}".rstrip()
    return f"{what}  where {where}"


def _line(node: Expression, error: Expression | None) -> Line:
    tidy = tidied(node)
    short = tidy if error is None else replaced(tidy, error, symbol("error"))
    return Line(tuple(branches(short)), latex(tidy))


def _error(value: Expression) -> Expression | None:
    """Return the error, prediction − target or its negative, if the formula names it repeatedly."""
    p: Any = symbol("prediction")
    t: Any = symbol("target")
    texts = [text for each in branches(tidied(value)) for text in each]
    for error, words in ((p - t, "p − t"), (t - p, "t − p")):
        if sum(text.count(words) for text in texts) > 1:
            return error
    return None


def _reason(loss: Any) -> str:
    if not isinstance(loss, Elementwise):
        return ""
    rule = loss.curvature_rule
    said = [f"{rule.rule}: {_RULES[rule.rule]}"]
    said += [f"the second derivative will not do: {rule.reason}"] if rule.reason else []
    said += ["it may fall below the second derivative"] if rule.below else []
    said += ["it sets the size of a step only"] if rule.stand_in else []
    return "; ".join(said)
