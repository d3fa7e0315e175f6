"""Snippets of estimators that are fitted at once: LightGBM, XGBoost and linear models."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossary.adapters.estimators.objective import Objective, for_amounts, for_classes
from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.heads import (
    Binary,
    Cumulative,
    Head,
    Labels,
    LevelNumber,
    Many,
    OneVersusRest,
    OrderedClasses,
    Share,
    Times,
    head_for,
)
from lossary.records import ArmRecord, StudyRecord
from lossary.reports.code.chosen import Chosen, chosen
from lossary.reports.code.decisions import decision_of
from lossary.reports.code.filling import Snippet, filled, remark

FITTED = {"lightgbm": "LightGBM", "xgboost": "XGBoost", "sklearn": "scikit-learn"}
_LEARNERS = {"sklearn": "linear"}
_BEGIN = {
    "lightgbm": {"n_estimators": "100", "learning_rate": "0.1", "num_leaves": "15",
                 "min_child_weight": "0.001 * size", "reg_lambda": "1.0 * size"},
    "xgboost": {"n_estimators": "100", "learning_rate": "0.1", "max_depth": "4",
                "min_child_weight": "1.0 * size", "reg_lambda": "1.0 * size"},
    "sklearn": {"l2": "0.001 * size"},
}  # fmt: skip
_QUIET = {
    "lightgbm": {"verbosity": "-1"},
    "xgboost": {"enable_categorical": "True"},
    "sklearn": {},
}
_ROUNDED = ("num_leaves", "max_depth", "min_child_samples")
_SHARES = ("reg_lambda", "min_child_weight", "penalty")  # of what a row bends the loss by
_SPELT = {"penalty": "l2"}


def fitted(host: str, own: Chosen, arm: ArmRecord, record: StudyRecord) -> Snippet:
    """Return the snippet of one host, with the settings of the arm of the same loss there."""
    head = head_for(own.loss, record.question.kind, len(record.question.classes))
    try:
        objective = _objective(own.loss, head)
    except ArgumentError as error:
        return Snippet(host, FITTED[host], "", f"It cannot learn by this loss here. {error}")
    twin = _twin(_LEARNERS.get(host, host), arm, record.arms)
    tuned = chosen(record, twin) if twin else None
    setting, classes = _setting(host, tuned), _of_classes(head)
    tells = classes and head.answer(np.zeros((1, head.outputs))).probability is not None
    text = filled(
        "sklearn.jinja" if host == "sklearn" else "boosted.jinja", tuned or own, record, host=host,
        estimator="Classifier" if classes else "Regressor", setting=setting,
        predicted=_predicted(tells, own, head), said=_said(head, tells),
        kinked=host == "sklearn" and objective.refits,
        sized=any("size" in each for each in setting.values()),
        objective=f"for_classes(loss, {len(record.question.classes)})" if classes
        else "for_amounts(loss)", decision=_decision(tuned or own, record),
    )  # fmt: skip
    return Snippet(host, FITTED[host], text, remark(tuned or own, tuned is not None, FITTED[host]))


def _twin(learner: str, arm: ArmRecord, arms: Sequence[ArmRecord]) -> ArmRecord | None:
    """Return the arm of the same loss that learnt by a learner."""
    same = [
        each
        for each in (arm, *arms)
        if each.learner == learner and each.loss and arm.loss
        and each.loss.get("loss") == arm.loss.get("loss")
    ]  # fmt: skip
    same.sort(key=lambda each: each.role == "field")  # which is not tuned
    return same[0] if same else None


def _setting(host: str, tuned: Chosen | None) -> dict[str, str]:
    found = dict(_BEGIN[host])
    if tuned and tuned.steps and host != "sklearn":
        found["n_estimators"] = repr(tuned.steps)
    for name, value in (tuned.setting if tuned else {}).items():
        found[_SPELT.get(name, name)] = _number(name, value)
    if host == "lightgbm" and "subsample" in found:
        found["subsample_freq"] = "1"  # without it, LightGBM takes all rows all the same
    return found | _QUIET[host]


def _number(name: str, value: Any) -> str:
    if name in _ROUNDED:
        return repr(round(value))
    return f"{value!r} * size" if name in _SHARES else repr(value)


def _objective(loss: Loss, head: Head) -> Objective:
    """Return a loss as these estimators see it; an ArgumentError where they cannot."""
    if isinstance(head, Labels | Cumulative):
        raise ArgumentError(f"{loss.label} reads several yes and no of each row; a network can.")
    return for_classes(loss, _many(head)) if _of_classes(head) else for_amounts(loss)


def _of_classes(head: Head) -> bool:
    return isinstance(head, Binary | Many | OneVersusRest)


def _many(head: Head) -> int:
    return 2 if isinstance(head, Binary) else head.outputs


def _predicted(tells: bool, own: Chosen, head: Head) -> str:
    """Return the code of what is predicted of a table."""
    answer = f"model.{'predict_proba' if tells else 'predict'}(features(table))"
    answer = f"{answer} * unit" if own.unit != 1.0 else answer
    if isinstance(head, OrderedClasses) and tells:
        return f"{answer} @ np.arange(len(classes))"
    return f"np.clip({answer}, 0, 1)" if isinstance(head, Share) else answer


def _said(head: Head, tells: bool) -> str:
    if isinstance(head, OrderedClasses | LevelNumber):
        return "expected levels, numbered from 0"
    if _of_classes(head):
        return "a probability for each class" if tells else "classes, by number"
    named = {Share: "shares", Times: "median times"}
    return named.get(type(head), "amounts")


def _decision(own: Chosen, record: StudyRecord) -> tuple[str, ...]:
    two = record.question.kind == "binary"
    score = "model.decision_function(features(table))" if two else ""
    chance = "predict(table)[:, 1]" if two else "predict(table)"
    return decision_of(own.decision, record.question.kind, score, chance)
