"""Rows held out, by force where the lab would rather keep them, and every arm judged on them."""

from dataclasses import replace

import numpy as np

from lossary.lab import Plan
from lossary.lab.protocol.choosing import chosen
from lossary.lab.protocol.plan import HELD
from lossary.lab.protocol.running import Run
from lossary.lab.tasks.folds import splits


def with_hold_out(plan: Plan) -> Plan:
    """Return the plan with a fifth of the rows held out, also where a table is small.

    Where the lab itself held out none, the diagnosis has seen those rows; no loss has.
    """
    if len(plan.held):
        return plan
    first = next(splits(plan.task, 5, 1, plan.seed))
    return replace(plan, dev=np.concatenate([first.train, first.tune]), held=first.judge)


def scores_on_hold_out(run: Run) -> dict[str, float]:
    """Train every arm for the hold-out and return what each reaches there."""
    run.finish(run.plan.arms)
    metric = run.plan.task.metric
    found = {
        name: chosen(metric, [each for key, each in known.items() if key[0] == HELD])
        for name, known in run.known.items()
    }
    return {name: best.trial.outer for name, best in found.items()}
