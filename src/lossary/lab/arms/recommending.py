"""Which loss to take, without training: the rules read against a task and what its data show."""

import shlex
from typing import Any

from lossary.core.references import reference
from lossary.errors import ArgumentError
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.changing import changes
from lossary.lab.arms.crossing import refusal
from lossary.lab.arms.forming import advised
from lossary.lab.arms.recommendation import AskedRecord, LossAdviceRecord, RecommendationRecord
from lossary.lab.arms.selecting import affordable, selected, why_not
from lossary.lab.decision.judging import judge_of
from lossary.lab.diagnosis import diagnose
from lossary.lab.learners.shelf import learner_named, learners_for
from lossary.lab.rules.advising import Advice, Diagnosis, advise
from lossary.lab.rules.functionals import FUNCTIONALS
from lossary.lab.rules.rules import default_of
from lossary.lab.tasks.enough import enough
from lossary.lab.tasks.question import question
from lossary.lab.tasks.task import Task

_FOLDS = 5  # as a study takes
LEARNERS = ("mlp", "lightgbm", "xgboost", "linear")
"""Those that are asked whether they take a loss."""


def recommend(
    data: Any = None, target: Any = None, metric: str | None = None, *, seed: int = 0, **roles: Any
) -> RecommendationRecord:
    """Say which losses suit a table and a metric, and why; no loss is trained.

    Args:
        data, target, metric: as for `study`.
        seed: of the rows that the quick models look at.
        roles: task, positive, event, groups, order, weight, exposure and drop, as for `study`.

    Raises:
        NotFoundError, ArgumentError: say what was given, what was expected and how to mend it.
    """
    task = question(data, target, metric, seed=seed, **roles)
    enough(task, _FOLDS, 1, seed)
    diagnosis = diagnose(task, seed)
    known = advise(task.metric, task.kind, diagnosis)
    losses = _losses(task, known, diagnosis)
    asked, named = _asked(task), [each for row in losses for each in row.cites]
    cited = (*named, *asked.cites, *(key for each in diagnosis if each.found for key in each.cites))
    return RecommendationRecord(
        asked=asked,
        first=losses[0].name,
        losses=losses,
        diagnosis=diagnosis,
        changes=changes(known, tuple(each.name for each in losses), diagnosis),
        command=_command(data, target, task, roles),
        sources={key: reference(key).cited() for key in dict.fromkeys(cited)},
    )


def _losses(
    task: Task, known: tuple[Advice, ...], diagnosis: Diagnosis
) -> tuple[LossAdviceRecord, ...]:
    most, default = affordable(len(learners_for(task))), default_of(task.metric, task.kind)
    chosen = selected(task, known, most)
    found = []
    for each in known:
        arm = advised(each, task, diagnosis)
        row = LossAdviceRecord(
            name=arm.name,
            role="default" if each.rule is default else "",
            tried=each in chosen,
            why_not="" if each in chosen else why_not(each, most),
            reason=each.rule.reason,
            grade=arm.grade,
            cites=arm.cites,
            unless=each.rule.unless,
            caution=arm.caution,
            favoured=tuple(sign.title for sign in each.favoured),
            opposed=tuple(sign.title for sign in each.opposed),
            space=arm.space,
            fitted=arm.fitted,
            learners={name: _refusal(name, arm, task) for name in LEARNERS},
        )
        found.append(row)
    return tuple(found)


def _refusal(name: str, arm: Arm, task: Task) -> str:
    try:
        return refusal(arm, (learner_named(name), None), task)
    except ArgumentError as error:  # its package is not installed
        return str(error).splitlines()[0]


def _asked(task: Task) -> AskedRecord:
    functional = FUNCTIONALS[task.metric.elicits]
    return AskedRecord(
        data=task.table.name,
        rows=len(task.target),
        target=task.name,
        kind=task.kind,
        classes=task.classes,
        metric=task.metric.spelled,
        metric_title=task.metric.title,
        elicits=functional.title,
        exact=functional.trains,
        honest=functional.honest,
        decision=judge_of(task, task.target, task.weight).words,
        remarks=task.remarks,
        cites=functional.cites,
    )


def _command(data: Any, target: Any, task: Task, roles: dict[str, Any]) -> str:
    """Return the command that tries the losses; for data that came from Python, as a call."""
    given = {"target": target, "metric": task.metric.spelled, **roles}
    if data is not None and not isinstance(data, str):
        return "lossary.study(data, target, metric)"
    words = [] if data is None else [data]
    for name, value in given.items():
        if value:
            text = value if isinstance(value, str) else ",".join(map(str, value))
            words += [f"--{name}", text]
    return shlex.join(["lossary", "study", *words])
