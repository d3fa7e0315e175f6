"""What a study found, written into a record."""

from collections.abc import Sequence

import numpy as np

from lossary.lab.arms.arm import Arm
from lossary.lab.decision.constants import best_constant
from lossary.lab.decision.judging import judge_of
from lossary.lab.protocol.capsule import code, machine, versions
from lossary.lab.protocol.choosing import by_fold, chosen, fold_record
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.portrait import portrait
from lossary.lab.protocol.running import Run
from lossary.lab.protocol.trial import judge_for
from lossary.lab.tasks.bench import Bench
from lossary.lab.tasks.folds import INNER, said
from lossary.lab.tasks.task import Task
from lossary.lab.verdict.ranking import verdict
from lossary.lab.verdict.words import CONSTANT
from lossary.records import (
    ArmRecord,
    CapsuleRecord,
    DataRecord,
    FoldRecord,
    HoldoutRecord,
    LearnerRecord,
    ProtocolRecord,
    QuestionRecord,
    StudyRecord,
    VerdictRecord,
)


def arms_of(run: Run) -> tuple[ArmRecord, ...]:
    """Return what every arm reached on the repeats that all have finished, the constant last."""
    repeats = range(run.repeats)
    arms = [_arm(run, arm, repeats) for arm in run.plan.arms]
    return (*arms, _constant(run.plan, repeats))


def judged(run: Run, arms: Sequence[ArmRecord]) -> VerdictRecord:
    """Return the verdict on what the arms reached."""
    plan = run.plan
    metric = plan.task.metric
    divided = [each for key, each in plan.divided.items() if key[0] < run.repeats]
    parts = [len(each.judge) / (len(each.train) + len(each.tune)) for each in divided]
    return verdict(
        arms,
        metric.spelled,
        metric.greater_is_better,
        ratio=float(np.mean(parts)),
        learners=_learners(plan),
        costs={name: each.cost for name, each in plan.learners.items()},
        rope=plan.rope,
        held_rows=len(plan.held),
    )


def recorded(
    run: Run,
    arms: tuple[ArmRecord, ...],
    verdict: VerdictRecord,
    holdout: HoldoutRecord | None,
    created: str,
) -> StudyRecord:
    """Return the record of a study."""
    plan = run.plan
    return StudyRecord(
        created=created,
        seconds=sum(each.seconds for each in arms),
        data=DataRecord(
            plan.task.table.name,
            plan.task.table.sha256,
            len(plan.task.target),
            plan.task.columns,
        ),
        question=_question(plan.task),
        diagnosis=plan.diagnosis,
        protocol=_protocol(run),
        arms=arms,
        verdict=verdict,
        holdout=holdout,
        capsule=CapsuleRecord(plan.fingerprint, code(), versions(), machine(), plan.command),
    )


def _question(task: Task) -> QuestionRecord:
    return QuestionRecord(
        target=task.name,
        kind=task.kind,
        classes=task.classes,
        metric=task.metric.spelled,
        metric_title=task.metric.title,
        greater_is_better=task.metric.greater_is_better,
        remarks=task.remarks,
    )


def _protocol(run: Run) -> ProtocolRecord:
    plan = run.plan
    return ProtocolRecord(
        folds=plan.folds,
        repeats=run.repeats,
        seed=plan.seed,
        inner_share=INNER,
        split=said(plan.task),
        decision=judge_of(plan.task, plan.task.target, plan.task.weight).words,
        sampler=plan.sampler,
        trials=plan.trials,
        holdout_rows=len(plan.held),
        learners=tuple(_learners(plan)),
        budget_seconds=plan.budget,
        cap_seconds=min(each.cap for each in plan.efforts.values()),
        pruned=any(each.halvings for each in plan.efforts.values()),
        stopped=run.stopped,
    )


def _learners(plan: Plan) -> list[LearnerRecord]:
    return [
        LearnerRecord(
            name,
            each.title,
            plan.efforts[name].steps,
            plan.efforts[name].batch,
            each.space(plan.task),
        )
        for name, each in plan.learners.items()
    ]


def _arm(run: Run, arm: Arm, repeats: range) -> ArmRecord:
    metric, known = run.plan.task.metric, run.known[arm.name]
    folds = tuple(fold_record(metric, each) for each in by_fold(known, repeats))
    first = [chosen(metric, each) for each in by_fold(known, range(1))]
    return ArmRecord(
        name=arm.name,
        loss=arm.loss.to_dict(),
        reason=arm.reason,
        grade=arm.grade,
        cites=arm.cites,
        caution=arm.caution,
        folds=folds,
        learner=arm.learner,
        optimizer="" if arm.optimizer is None else repr(arm.optimizer),
        role=arm.role,
        seconds=sum(each.seconds for each in folds),
        space=arm.space,
        portrait=portrait(run.plan, first),
    )


def _constant(plan: Plan, repeats: range) -> ArmRecord:
    """Return what the best constant reaches, which never looks at a feature."""
    folds, words = [], ""
    for (repeat, fold), split in plan.divided.items():
        if repeat not in repeats:
            continue
        bench = Bench(plan.task, split)
        judge, rows = judge_for(bench), split.judge
        learnt = np.concatenate([split.train, split.tune])
        answer, words = best_constant(
            plan.task, judge, bench.target(learnt), bench.weight(learnt), len(rows)
        )
        score = judge.score(answer, bench.target(rows), bench.weight(rows))
        folds.append(FoldRecord(repeat, fold, score, score))
    reason = f"never looks at a feature ({words} on the last fold): what every loss must beat"
    return ArmRecord(CONSTANT, None, reason, "", (), "", tuple(folds))
