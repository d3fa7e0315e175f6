"""How long will a study take? Measured on a piece of every learner's work, before it begins."""

from dataclasses import dataclass, replace
from time import perf_counter

from threadpoolctl import threadpool_limits

from lossary.lab.arms.arm import Arm
from lossary.lab.protocol.budget import Rung
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.sampling import default, planned
from lossary.lab.protocol.trial import lesson
from lossary.lab.tasks.bench import Bench

_PIECES = 25
_QUICK = 0.5  # seconds


@dataclass(frozen=True)
class Costs:
    """Seconds that one trial of each arm takes on one fold, at the steps of the plan."""

    plan: Plan
    each: dict[str, float]
    workers: int

    def of(self, rung: Rung) -> float:
        """Return about how many seconds a study on this rung takes."""
        folds = self.plan.folds * rung.repeats + bool(len(self.plan.held)) / 3
        arms = self.plan.arms
        total = folds * sum(self._trial(arm, rung) * _trials(arm, rung) for arm in arms)
        longest = max(self._job(arm, rung) for arm in arms)  # a repeat is no shorter
        return max(total / self.workers, rung.repeats * longest)

    def _trial(self, arm: Arm, rung: Rung) -> float:
        share = rung.share if self.plan.efforts[arm.learner].batch else 1.0
        return share * self.each[arm.name]

    def _job(self, arm: Arm, rung: Rung) -> float:
        """Return the seconds of an arm's job, which one worker does alone."""
        each = self._trial(arm, rung)
        if not self.plan.learners[arm.learner].lockstep:
            return each
        folds = 1 if len(self.plan.arms) < self.workers else self.plan.folds
        return each * _trials(arm, rung) * folds

    @property
    def planned(self) -> float:
        """Return the seconds of the plan as it stands."""
        return self.of(Rung(self.plan.repeats, self.plan.trials))


def _trials(arm: Arm, rung: Rung) -> int:
    return 1 if arm.role == "field" else rung.trials


def costs(plan: Plan, workers: int = 1) -> Costs:
    """Measure a piece of the work of every arm."""
    bench = Bench(plan.task, plan.split(0, 0))
    with threadpool_limits(1):  # as in a job
        each = {arm.name: _cost(plan, arm, bench) for arm in plan.arms}
    return Costs(plan, each, workers)


def _cost(plan: Plan, arm: Arm, bench: Bench) -> float:
    """Measure a trial of an arm; where it takes batches, some steps of it, in two lengths.

    The difference of the two leaves out what begins a trial.
    """
    learner, effort = plan.learners[arm.learner], plan.efforts[arm.learner]
    if not effort.batch:
        return _whole(plan, arm, bench)
    copies = plan.trials_of(arm) if learner.lockstep else 1
    settings = tuple(planned(plan.space_of(arm), "random", copies, plan.seed))
    taught = lesson(plan, arm, bench, settings)
    several = [taught] * (plan.folds if learner.lockstep else 1)
    few = max(1, effort.steps // (4 * _PIECES)), max(2, effort.steps // _PIECES)
    took = []
    for steps in (few[0], *few):  # the first wakes everything up
        began = perf_counter()
        learner.learn(several, replace(effort, steps=steps, checks=1), lambda share: None)
        took.append(perf_counter() - began)
    each = max(took[2] - took[1], 0.0) / (few[1] - few[0])
    checks = took[1] / 2 * effort.checks / _PIECES  # a look at the tuning rows costs too
    return (took[1] + each * effort.steps + checks) / (len(several) * copies)


def _whole(plan: Plan, arm: Arm, bench: Bench) -> float:
    """Measure a whole trial: when it will end by itself is not known before.

    A quick one twice: the first makes rows ready, and wakes everything up.
    """
    taught = lesson(plan, arm, bench, (default(plan.space_of(arm)),))
    learner, effort = plan.learners[arm.learner], plan.efforts[arm.learner]

    def once() -> float:
        began = perf_counter()
        learner.learn([taught], effort, lambda share: None)
        return perf_counter() - began

    first = once()
    return first if first > _QUICK else min(first, once())
