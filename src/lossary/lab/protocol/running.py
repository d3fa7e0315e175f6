"""A plan carried out: what is missing is handed out, and what comes back is kept at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from lossary.lab.arms.arm import Arm
from lossary.lab.protocol.jobs import Job, Key, Tried, by_fold, jobs, rounds
from lossary.lab.protocol.plan import HELD, Plan
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.trial import done
from lossary.lab.protocol.workers import Workers

Progress = Callable[[float, str], None]
"""Hears the share of the study that is done, from 0 to 1, and what is being done."""


@dataclass(eq=False)
class Run:
    """The state of a study: what of every arm is known, and how much of all is done."""

    plan: Plan
    store: Store
    workers: Workers
    progress: Progress
    known: dict[str, dict[Key, Tried]] = field(default_factory=dict)
    stopped: str = ""

    def go(self) -> None:
        """Do what is missing, repeat after repeat; stop between two when the budget is spent."""
        self.store.open(self.plan)
        self.known = {arm.name: self.store.finished(self.plan, arm) for arm in self.plan.arms}
        for repeat in range(self.plan.repeats):
            if repeat and not self._begun(repeat) and self._spent(repeat):
                self.stopped = f"the budget was spent after {repeat} of {self.plan.repeats} repeats"
                return
            for turn in range(max(rounds(self.plan, arm) for arm in self.plan.arms)):
                self._turn(repeat, turn, self.plan.arms)

    @property
    def repeats(self) -> int:
        """How many repeats all arms have finished."""
        least = self.plan.repeats
        for arm in self.plan.arms:
            seen = {key[0] for key in self.known[arm.name]}
            least = min(least, len(seen - {HELD}))
        return least

    def finish(self, arms: Sequence[Arm]) -> None:
        """Train some arms on all rows but the hold-out, and judge them there."""
        for turn in range(max(rounds(self.plan, arm) for arm in arms)):
            self._turn(HELD, turn, arms)

    def _turn(self, repeat: int, turn: int, arms: Sequence[Arm]) -> None:
        waiting = [job for arm in arms for job in self._jobs(arm, repeat, turn)]
        if len(arms) < self.workers.count:  # else some would have nothing to do
            waiting = [part for job in waiting for part in by_fold(job)]
        if self.workers.alone:
            for job in waiting:
                self._keep(job, done(self.plan, job, partial(self._tick, job)))
            return
        call = partial(_numbered, self.plan)
        for place, tried in self.workers.done(call, enumerate(waiting)):
            self._keep(waiting[place], tried)

    def _jobs(self, arm: Arm, repeat: int, turn: int) -> Iterator[Job]:
        if turn < rounds(self.plan, arm):
            folds = range(1 if repeat == HELD else self.plan.folds)
            yield from jobs(self.plan, arm, repeat, turn, self.known[arm.name], folds)

    def _keep(self, job: Job, tried: list[Tried]) -> None:
        known = self.known[job.arm.name]
        fresh = [each for each in tried if each.key not in known]
        self.store.keep(self.plan, job.arm, fresh)
        known |= {each.key: each for each in fresh}
        self.progress(self._share(), f"repeat {job.repeat + 1}, {job.arm.name}")

    def _tick(self, job: Job, share: float) -> None:
        part = share * len(job.keys) / self._total()
        self.progress(self._share() + part, f"repeat {job.repeat + 1}, {job.arm.name}")

    def _share(self) -> float:
        return min(1.0, sum(map(len, self.known.values())) / self._total())

    def _total(self) -> int:
        each = self.plan.folds * self.plan.repeats
        return each * sum(self.plan.trials_of(arm) for arm in self.plan.arms)

    def _begun(self, repeat: int) -> bool:
        """Say whether a run that was killed had gone on to a repeat: then so does this one."""
        return any(key[0] == repeat for known in self.known.values() for key in known)

    def _spent(self, repeats: int) -> bool:
        """Say whether another repeat would go beyond the budget, as the ones so far went."""
        if self.plan.budget is None:
            return False
        return self._took(repeats) * (repeats + 1) / repeats > self.plan.budget

    def _took(self, repeats: int) -> float:
        """Return the seconds that the trials of the first repeats took, in whichever run it was."""
        found = (each for known in self.known.values() for each in known.values())
        took = sum(each.trial.seconds for each in found if each.repeat < repeats)
        parts = self.plan.folds * sum(map(self._parts, self.plan.arms))
        return took / min(self.workers.count, parts)

    def _parts(self, arm: Arm) -> int:
        """Return in how many parts an arm's trials on a fold can be done at once."""
        return 1 if self.plan.learners[arm.learner].lockstep else self.plan.trials_of(arm)


def _numbered(plan: Plan, job: tuple[int, Job]) -> tuple[int, list[Tried]]:
    return job[0], done(plan, job[1])
