"""How long will a study take? Said before it begins."""

from dataclasses import replace
from time import perf_counter

from lossary.lab.protocol.bench import prepare
from lossary.lab.protocol.planning import Plan
from lossary.lab.protocol.trial import attempt
from lossary.lab.tasks.folds import splits


def estimate(plan: Plan) -> float:
    """Return about how many seconds a run will take, from a few steps of one arm."""
    bench = prepare(plan.task, next(splits(plan.task, plan.folds, plan.repeats, plan.seed)))
    per_check = max(1, plan.budget.steps // plan.budget.checks)
    took = []
    for checks in (1, 1, 5):  # the first wakes everything up
        began = perf_counter()
        few = replace(plan.budget, steps=per_check * checks, checks=checks)
        attempt(plan.arms[-1], bench, few, plan.seed)
        took.append(perf_counter() - began)
    each = max(took[2] - took[1], 0.0) / 4
    fits = len(plan.arms) * plan.folds * plan.repeats
    return fits * (took[1] + (plan.budget.checks - 1) * each)
