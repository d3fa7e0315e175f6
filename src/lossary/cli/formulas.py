"""What a card says of a loss's maths: its formula, slopes and curvature, plainly and in LaTeX."""

from dataclasses import dataclass
from typing import Any

from lossary.cli.letters import legend
from lossary.cli.plain import branches, plain
from lossary.cli.tidy import replaced, tidied
from lossary.cli.unlatex import unlatex
from lossary.core.elementwise import Elementwise
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
    """Derive the formulas of an elementwise loss; of another, return the one it states."""
    stated = Line(((unlatex(loss.formula), ""),), loss.formula)
    if not isinstance(loss, Elementwise):
        return Formulas(stated, {}, {}, "", legend(loss, str(stated)))
    trace, names = loss.traced(), loss.components or ("prediction",)
    error = _error(trace.value)
    value = stated if loss.formula else _line(trace.value, error)
    slopes = {name: _line(each, error) for name, each in zip(names, trace.slopes, strict=False)}
    shown = () if loss.curvature_rule.rule == "secant" else trace.curvatures
    curvature = {name: _line(each, error) for name, each in zip(names, shown, strict=False)}
    difference = "" if error is None else plain(error)
    text = " ".join(map(str, (value, *slopes.values(), *curvature.values())))
    return Formulas(value, slopes, curvature, _reason(loss), legend(loss, text, difference))


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
    rule = loss.curvature_rule
    said = [f"{rule.rule}: {_RULES[rule.rule]}"]
    said += [f"the second derivative will not do: {rule.reason}"] if rule.reason else []
    said += ["it may fall below the second derivative"] if rule.below else []
    said += ["it sets the size of a step only"] if rule.stand_in else []
    return "; ".join(said)
