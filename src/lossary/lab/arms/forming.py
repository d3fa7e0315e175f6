"""From a rule, or from what a user names, to an arm: what of it is set, and what searched."""

from dataclasses import replace
from typing import Any

from lossary.core.catalogue import find
from lossary.core.loss import Loss
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.spaces import RANGES, space_of
from lossary.lab.arms.spelling import read, short
from lossary.lab.metrics.facts import Metric
from lossary.lab.rules.advising import Advice, Diagnosis
from lossary.lab.rules.rule import Rule
from lossary.lab.tasks.task import Task

_GAMMA = 1.9  # a power of 2 would be the gamma's own, which is where the Tweedie family ends
_FITTED = {"Huber": "delta", "LogCosh": "unit", "Barron": "unit"}
"""What is set from the training rows of a fold where a loss is named without its parameters."""


def advised(advice: Advice, task: Task, diagnosis: Diagnosis) -> Arm:
    """Return the arm of a rule, its parameters where the data say."""
    rule = advice.rule
    loss = find(rule.loss)(**rule.parameters, **_measured(rule, diagnosis))
    arm = _settled(loss, task.metric, frozenset(), rule.fitted)
    caution = "; ".join(filter(None, (arm.caution, advice.caution)))
    return replace(arm, reason=advice.reason, grade=rule.grade, cites=rule.cites, caution=caution)


def given(what: Any, task: Task, known: tuple[Advice, ...], diagnosis: Diagnosis) -> Arm:
    """Return the arm of a name, of a call, or of a loss, which is taken as it stands.

    A rule that knows the bare name sets what it leaves open, and gives its reason.
    """
    if isinstance(what, Loss):
        return Arm(short(what), what, "your choice", caution=_caution(what, task.metric))
    loss, held = read(str(what))
    advice = next((each for each in known if each.rule.loss == loss.label), None)
    if advice is not None and not held:
        return advised(_plain(loss.label, known), task, diagnosis)
    arm = _settled(loss, task.metric, held, "" if held else _FITTED.get(loss.label, ""))
    return replace(arm, name=short(loss)) if held else arm


def _plain(label: str, known: tuple[Advice, ...]) -> Advice:
    """Return the rule of a bare name: the one with the fewest settings of its own."""
    return min(
        (each for each in known if each.rule.loss == label),
        key=lambda each: len(each.rule.key) if each.rule.fitted != "delta" else 0,
    )


def _settled(loss: Any, metric: Metric, held: frozenset[str], fitted: str) -> Arm:
    """Set what the metric says of a loss, and search the rest."""
    bound = {} if held else _bound(loss.label, metric)
    loss = loss.replace(**bound) if bound else loss
    space = space_of(loss, held | frozenset(bound), fitted)
    name = _name(loss, frozenset(each.name for each in space), fitted)
    return Arm(
        name, loss, "your choice", caution=_caution(loss, metric), fitted=fitted, space=space
    )


def _bound(label: str, metric: Metric) -> dict[str, float]:
    """Return the parameters that the metric decides: another number would be another metric."""
    if label == "Quantile" and metric.elicits == "quantile" and metric.level is not None:
        return {"level": metric.level}
    if label == "TweedieDeviance" and metric.name == "tweedie_deviance":
        return {"power": metric.level or 1.5}
    if label == "TweedieDeviance" and metric.name == "gamma_deviance":
        return {"power": _GAMMA}
    return {}


def _measured(rule: Rule, diagnosis: Diagnosis) -> dict[str, float]:
    """Return the parameters that begin at a symptom's figure, kept within their search."""
    found = {each.name: each.figure for each in diagnosis if each.found}
    return {
        each.parameter: round(
            min(max(found[rule.measured[each.parameter]], each.low), each.high), 2
        )
        for each in RANGES
        if each.loss == rule.loss and rule.measured.get(each.parameter) in found
    }


def _name(loss: Any, searched: frozenset[str], fitted: str) -> str:
    """Name a loss shortly: by what is set for good, not by what is searched or fitted anew."""
    if fitted == "classes":
        return f"{loss.label}(class_weight=1/share)"
    usual = {each.removeprefix("loss.") for each in searched} | {"alpha"}
    if "smoothing" in usual:
        return f"{loss.label}(smoothing)"
    kept = type(loss)(
        **{name: value for name, value in loss.parameters().items() if name not in usual}
    )
    return short(kept)


def _caution(loss: Any, metric: Metric) -> str:
    """Say where a loss of amounts aims at something else than the metric rewards."""
    aims, wants = getattr(loss, "elicits", ""), metric.elicits
    if aims == "quantile":
        aims = "median" if loss.level == 0.5 else f"quantile at {loss.level:g}"
    if wants == "quantile":
        wants = "median" if metric.level == 0.5 else f"quantile at {metric.level:g}"
    if metric.answer != "value" or wants == "none" or not aims or aims.startswith(wants):
        return ""
    if wants == "mean" and aims == "probability":  # of a share, its mean
        return ""
    where = f"lies {aims}" if aims.startswith("between") else f"is the {aims}"
    return f"its best constant {where}; {metric.name} rewards the {wants}"
