"""The lab's own test: one arm entered several times must not be told apart from itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.recording import arms_of
from lossary.lab.protocol.running import Progress, Run
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.workers import workers
from lossary.lab.verdict.self_test import SelfTest, self_test

COPIES = 8
_APART = 104_729  # a prime far above the seeds of folds


def null_plan(plan: Plan, copies: int = COPIES) -> Plan:
    """Return the study of a plan's first arm against itself, drawn with other seeds."""
    first = plan.arms[0]
    arms = tuple(
        replace(first, name=f"{first.name}, draw {copy + 1}", role="", seed=_APART * copy)
        for copy in range(copies)
    )
    none = np.empty(0, int)
    return replace(
        plan, arms=arms, held=none, learners={first.learner: plan.learners[first.learner]}
    )


def against_itself(
    plan: Plan, folder: str | Path, progress: Progress, *, jobs: int | None = 1,
    cluster: str | None = None,
) -> SelfTest:  # fmt: skip
    """Run a null plan and say how often its copies are told apart, which is an error each time."""
    with workers(jobs, cluster) as found:
        running = Run(plan, Store(Path(folder)), found, progress)
        running.go()
        arms = arms_of(running)[:-1]
    scores = np.array([[fold.score for fold in arm.folds] for arm in arms])
    split = plan.split(0, 0)
    ratio = len(split.judge) / (len(split.train) + len(split.tune))
    return self_test(scores, ratio, repeats=running.repeats)
