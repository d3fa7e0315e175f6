"""What a study found, written into a record."""

from lossary.lab.arms.arm import Arm
from lossary.lab.learners.perceptron import NAME
from lossary.lab.protocol.capsule import machine, versions
from lossary.lab.protocol.planning import Plan
from lossary.lab.tasks.folds import INNER
from lossary.lab.tasks.task import Task
from lossary.lab.verdict.words import CONSTANT
from lossary.records import (
    ArmRecord,
    DataRecord,
    FoldRecord,
    ProtocolRecord,
    QuestionRecord,
    StudyRecord,
    VerdictRecord,
)

Folds = dict[str, list[FoldRecord]]


def recorded(
    plan: Plan, found: Folds, words: str, verdict: VerdictRecord, created: str, seconds: float
) -> StudyRecord:
    """Return the record of a study; `words` say what the best constant was."""
    arms = [_arm(arm, found[arm.name]) for arm in plan.arms]
    return StudyRecord(
        created=created,
        seconds=seconds,
        data=_data(plan.task),
        question=_question(plan.task),
        protocol=_protocol(plan),
        arms=(*arms, _constant(found[CONSTANT], words)),
        verdict=verdict,
        versions=versions(),
        platform=machine(),
    )


def _data(task: Task) -> DataRecord:
    return DataRecord(task.table.name, task.table.sha256, len(task.target), task.columns)


def _question(task: Task) -> QuestionRecord:
    return QuestionRecord(
        target=task.name,
        kind=task.kind,
        classes=task.classes,
        metric=task.metric.name,
        metric_title=task.metric.title,
        greater_is_better=task.metric.greater_is_better,
        remarks=task.remarks,
    )


def _protocol(plan: Plan) -> ProtocolRecord:
    return ProtocolRecord(
        folds=plan.folds,
        repeats=plan.repeats,
        seed=plan.seed,
        inner_share=INNER,
        learner=NAME,
        learning_rates=plan.budget.learning_rates,
        steps=plan.budget.steps,
        batch=plan.budget.batch,
        decision=plan.decision,
    )


def _arm(arm: Arm, folds: list[FoldRecord]) -> ArmRecord:
    return ArmRecord(
        name=arm.name,
        loss=arm.loss.to_dict(),
        reason=arm.reason,
        grade=arm.grade,
        cites=arm.cites,
        caution=arm.caution,
        folds=tuple(folds),
    )


def _constant(folds: list[FoldRecord], words: str) -> ArmRecord:
    reason = f"never looks at a feature ({words} on the last fold): what every loss must beat"
    return ArmRecord(CONSTANT, None, reason, "", (), "", tuple(folds))
