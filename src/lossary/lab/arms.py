"""The arms of a study: which losses compete, with which parameters, and why."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

import lossary.losses  # noqa: F401 (fills the catalogue)
from lossary.core.catalogue import find
from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.lab.fitting import head_for
from lossary.lab.metrics import Metric
from lossary.lab.rules import Rule, rules_for
from lossary.lab.task import Task

_BEND = 1.345  # Huber: 95 % as good as squares where there is nothing to guard against


@dataclass(frozen=True, eq=False)
class Facts:
    """What may be learnt of the training rows of a fold to set a loss's parameters.

    `spread` is the robust standard deviation of what a linear model leaves over.
    """

    spread: float
    shares: np.ndarray


@dataclass(frozen=True)
class Arm:
    """A loss that competes. `fitted` says what is set anew from the training rows of every fold."""

    name: str
    loss: Loss
    reason: str
    grade: str = ""
    cites: tuple[str, ...] = ()
    caution: str = ""
    fitted: str = ""

    def made(self, facts: Facts) -> tuple[Any, float]:
        """Return the loss as it is trained, and the unit in which it sees prediction and target."""
        loss: Any = self.loss
        if self.fitted == "delta":
            return loss.replace(delta=_BEND * facts.spread), 1.0
        if self.fitted == "unit":
            return loss, facts.spread
        if self.fitted == "classes":
            return loss.replace(class_weight=tuple(1 / (len(facts.shares) * facts.shares))), 1.0
        return loss, 1.0


def propose(task: Task) -> tuple[Arm, ...]:
    """Return the losses that the rules know for this metric and kind of target, with reasons."""
    return tuple(_by_rule(rule, task) for rule in rules_for(task.metric, task.kind))


def choose(task: Task, losses: Iterable[Any]) -> tuple[Arm, ...]:
    """Return the user's own arms: names, names with parameters, or losses.

    Raises:
        NotFoundError: nothing bears the name; the nearest are told.
        ArgumentError: a loss does not fit the task, and why; or fewer than one was named.
    """
    rules = {rule.loss: rule for rule in reversed(rules_for(task.metric, task.kind))}
    arms: dict[str, Arm] = {}
    for given in losses:
        arm = _given(given, task, rules)
        head_for(arm.loss, task)
        arms.setdefault(arm.name, arm)
    if not arms:
        raise ArgumentError("losses: none was named. Leave it out to have them proposed.")
    return tuple(arms.values())


def split(text: str) -> list[str]:
    """Take a list such as `huber, quantile(level=0.9)` apart at its outer commas."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [each.strip() for each in parts if each.strip()]


def _by_rule(rule: Rule, task: Task) -> Arm:
    loss = find(rule.loss)(**rule.parameters)
    caution = _caution(loss, task.metric)
    arm = Arm(_short(loss), loss, rule.reason, rule.grade, rule.cites, caution)
    if rule.balanced:
        return replace(arm, name=f"{rule.loss}(class_weight=1/share)", fitted="classes")
    return _fitted(arm, task.metric)


def _given(given: Any, task: Task, rules: dict[str, Rule]) -> Arm:
    if isinstance(given, Loss):
        loss, plain = given, False
    else:
        loss, plain = _read(str(given))
    rule = rules.get(loss.label)
    arm = Arm(_short(loss), loss, "your choice", caution=_caution(loss, task.metric))
    if rule is not None:
        arm = replace(arm, reason=rule.reason, grade=rule.grade, cites=rule.cites)
    return _fitted(arm, task.metric) if plain else arm


def _fitted(arm: Arm, metric: Metric) -> Arm:
    """Set what a plain name leaves open: by the metric, or from the training rows of each fold."""
    loss: Any = arm.loss
    if arm.loss.label == "Huber":
        return replace(arm, name=f"Huber(delta={_BEND}·spread)", fitted="delta")
    if arm.loss.label == "LogCosh":
        return replace(arm, name="LogCosh(error/spread)", fitted="unit")
    if arm.loss.label == "Quantile" and metric.elicits == "quantile":
        loss = loss.replace(level=metric.level)
    if arm.loss.label == "TweedieDeviance" and metric.name == "tweedie_deviance":
        loss = loss.replace(power=metric.level)
    if arm.loss.label == "TweedieDeviance" and metric.name == "gamma_deviance":
        loss = loss.replace(power=1.9)  # 2 would be the gamma deviance itself
    return replace(arm, loss=loss, name=_short(loss))


def _short(loss: Any) -> str:
    """Name a loss by what differs from its defaults; a sum of losses is named in full."""
    if not hasattr(loss, "__dataclass_fields__") or not hasattr(type(loss), "cites"):
        return repr(loss)
    unusual = [each for each in fields(loss) if getattr(loss, each.name) != each.default]
    values = ", ".join(f"{each.name}={getattr(loss, each.name)!r}" for each in unusual)
    return f"{loss.label}({values})" if values else str(loss.label)


def _caution(loss: Any, metric: Metric) -> str:
    """Say where a loss of amounts aims at something else than the metric rewards."""
    aims, wants = getattr(loss, "elicits", ""), metric.elicits
    if metric.answer != "value" or wants == "none" or not aims or aims.startswith(wants):
        return ""
    where = f"lies {aims}" if aims.startswith("between") else f"is the {aims}"
    return f"its best constant {where}; {metric.name} rewards the {wants}"


def _read(text: str) -> tuple[Any, bool]:
    """Read a name, or a call with plain numbers such as `huber(delta=2)`; say if it was a name."""
    name, bracket, _ = text.partition("(")
    cls = find(name.strip())
    if not bracket:
        return cls(), True
    known = [each.name for each in fields(cls)]
    try:
        call: Any = ast.parse(f"f{text[len(name) :]}", mode="eval").body
        values = {each.arg: ast.literal_eval(each.value) for each in call.keywords}
        if call.args or None in values:
            raise ValueError
    except (SyntaxError, ValueError, AttributeError) as error:
        raise ArgumentError(
            f"losses: cannot read {text!r}; write {name}({known[0] if known else ''}…) with numbers."
        ) from error
    if set(values) - set(known):
        raise ArgumentError(
            f"losses: {text!r}: {cls.__name__} takes {', '.join(known) or 'nothing'}."
        )
    return cls(**values), False
