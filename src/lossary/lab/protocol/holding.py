"""The last word: the recommended arm and the field's default on rows that no choice has seen."""

from collections.abc import Callable
from functools import partial

import numpy as np

from lossary.core.dictionaries import from_dict
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.fitting import head_for
from lossary.lab.protocol.choosing import chosen
from lossary.lab.protocol.jobs import Tried
from lossary.lab.protocol.plan import HELD, Plan
from lossary.lab.protocol.running import Run
from lossary.lab.protocol.trial import judge_for
from lossary.lab.tasks.bench import Bench
from lossary.lab.verdict.holdout import held_out
from lossary.records import HoldoutRecord, VerdictRecord


def held(run: Run, verdict: VerdictRecord) -> HoldoutRecord | None:
    """Judge the recommended arm and the one it is compared with on the hold-out, once."""
    plan = run.plan
    arms = {arm.name: arm for arm in plan.arms}
    if not len(plan.held) or verdict.recommended not in arms:
        return None
    recommended = arms[verdict.recommended]
    compared = _compared(plan, verdict, recommended)
    run.finish([recommended] if compared is None else [recommended, compared])
    pair = [recommended] if compared is None else [recommended, compared]
    judges = {arm.name: _judge(run, arm) for arm in pair}
    groups = plan.task.groups
    return held_out(
        judges,
        recommended.name,
        (compared or recommended).name,
        len(plan.held),
        plan.task.metric.greater_is_better,
        groups=None if groups is None else groups[plan.held],
        seed=plan.seed,
    )


def _compared(plan: Plan, verdict: VerdictRecord, recommended: Arm) -> Arm | None:
    """Return the field's default, or where it is the recommended arm, the next in the ranking."""
    field = [arm for arm in plan.arms if arm.role == "field" and arm is not recommended]
    if field:
        return field[0]
    names = {arm.name: arm for arm in plan.arms}
    ranked = [names[each.arm] for each in verdict.standings if each.arm in names]
    return next((arm for arm in ranked if arm is not recommended), None)


def _judge(run: Run, arm: Arm) -> Callable[[np.ndarray], float]:
    plan, known = run.plan, run.known[arm.name]
    best = chosen(plan.task.metric, [each for key, each in known.items() if key[0] == HELD])
    return partial(_score, plan, best)


def _score(plan: Plan, best: Tried, places: np.ndarray) -> float:
    """Return the metric on some rows of the hold-out, given by their places."""
    bench = Bench(plan.task, plan.split(HELD, 0))
    rows = bench.split.judge[places]
    loss = from_dict(best.loss)
    judge, head = judge_for(bench, loss), head_for(loss, plan.task)
    assert best.answers is not None
    answer = head.answer(best.answers[places])
    decision = None if best.decision is None else judge.decision(best.decision)
    return judge.score(answer, bench.target(rows), bench.weight(rows), decision)
