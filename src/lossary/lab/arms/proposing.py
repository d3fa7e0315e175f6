"""The arms of a study: which losses compete, with which parameters, and why."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lossary.core.catalogue import find
from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.lab.arms.arm import BEND, Arm
from lossary.lab.arms.fitting import head_for
from lossary.lab.arms.spelling import read, short
from lossary.lab.metrics.facts import Metric
from lossary.lab.rules.rules import Rule, rules_for
from lossary.lab.tasks.task import Task

_POWERS = {"tweedie_deviance": None, "gamma_deviance": 1.9}  # 2 would be the gamma's own


def propose(task: Task) -> tuple[Arm, ...]:
    """Return the losses that the rules know for this metric and kind of target, with reasons."""
    return tuple(_by_rule(rule, task) for rule in rules_for(task.metric, task.kind))


def choose(task: Task, losses: Iterable[Any]) -> tuple[Arm, ...]:
    """Return the user's own arms: names, names with parameters, or losses.

    Raises:
        NotFoundError: nothing bears the name; the nearest are told.
        ArgumentError: a loss does not fit the task, and why; or fewer than one was named.
    """
    known = rules_for(task.metric, task.kind)
    rules = {rule.loss: rule for rule in known if not rule.parameters and not rule.balanced}
    arms: dict[str, Arm] = {}
    for given in losses:
        arm = _given(given, task, rules)
        head_for(arm.loss, task)
        arms.setdefault(arm.name, arm)
    if not arms:
        raise ArgumentError("losses: none was named. Leave it out to have them proposed.")
    return tuple(arms.values())


def _by_rule(rule: Rule, task: Task) -> Arm:
    loss = find(rule.loss)(**rule.parameters)
    caution = _caution(loss, task.metric)
    arm = Arm(short(loss), loss, rule.reason, rule.grade, rule.cites, caution)
    if rule.balanced:
        return replace(arm, name=f"{rule.loss}(class_weight=1/share)", fitted="classes")
    return _fitted(arm, task.metric)


def _given(given: Any, task: Task, rules: dict[str, Rule]) -> Arm:
    loss, plain = (given, False) if isinstance(given, Loss) else read(str(given))
    arm = Arm(short(loss), loss, "your choice", caution=_caution(loss, task.metric))
    rule = rules.get(loss.label)
    if not plain:
        return arm
    if rule is not None:
        arm = replace(arm, reason=rule.reason, grade=rule.grade, cites=rule.cites)
    return _fitted(arm, task.metric)


def _fitted(arm: Arm, metric: Metric) -> Arm:
    """Set what a plain name leaves open: by the metric, or from the training rows of each fold."""
    loss: Any = arm.loss
    if loss.label == "Huber":
        return replace(arm, name=f"Huber(delta={BEND}·spread)", fitted="delta")
    if loss.label == "LogCosh":
        return replace(arm, name="LogCosh(error/spread)", fitted="unit")
    if loss.label == "Quantile" and metric.elicits == "quantile":
        loss = loss.replace(level=metric.level)
    if loss.label == "TweedieDeviance" and metric.name in _POWERS:
        loss = loss.replace(power=_POWERS[metric.name] or metric.level)
    return replace(arm, loss=loss, name=short(loss), caution=_caution(loss, metric))


def _caution(loss: Any, metric: Metric) -> str:
    """Say where a loss of amounts aims at something else than the metric rewards."""
    aims, wants = getattr(loss, "elicits", ""), metric.elicits
    if aims == "quantile":
        aims = "median" if loss.level == 0.5 else f"quantile at {loss.level:g}"
    if wants == "quantile":
        wants = "median" if metric.level == 0.5 else f"quantile at {metric.level:g}"
    if metric.answer != "value" or wants == "none" or not aims or aims.startswith(wants):
        return ""
    where = f"lies {aims}" if aims.startswith("between") else f"is the {aims}"
    return f"its best constant {where}; {metric.name} rewards the {wants}"
