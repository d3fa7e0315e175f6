"""A job done: every trial of an arm on some folds trained, decided, and judged on the fold once."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from lossary.core.loss import Loss
from lossary.heads import Head
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.fitting import head_for
from lossary.lab.decision.judging import Judge, judge_of
from lossary.lab.learners.learner import Learnt, Lesson, Referee, Setting
from lossary.lab.protocol.jobs import Job, Tried
from lossary.lab.protocol.plan import Plan
from lossary.lab.tasks.bench import Bench
from lossary.lab.tasks.folds import Split
from lossary.records import TrialRecord

_KEPT, _SAID = 8, 300
_NUMERICAL = (ArithmeticError, np.linalg.LinAlgError)
"""What numbers may lead to on some fold: there the arm has failed, and the study goes on."""
_BENCHES: "OrderedDict[tuple[str, int, int], Bench]" = OrderedDict()


def done(plan: Plan, job: Job, tick: Callable[[float], None] = lambda share: None) -> list[Tried]:
    """Run a job; gives every trial on every fold.

    One thread, for whatever is computed: small jobs wait for one another's threads, where there are
    several, and sums of several threads are rounded otherwise.
    """
    with threadpool_limits(1):
        return _done(plan, job, tick)


def _done(plan: Plan, job: Job, tick: Callable[[float], None]) -> list[Tried]:
    benches = [_bench(plan, plan.split(job.repeat, fold)) for fold in job.folds]
    lessons = [
        lesson(plan, job.arm, bench, settings)
        for bench, settings in zip(benches, job.settings, strict=True)
    ]
    learner = plan.learners[job.arm.learner]
    began = perf_counter()
    try:
        learnt = learner.learn(lessons, plan.efforts[job.arm.learner], tick)
    except _NUMERICAL as error:
        learnt = [[_failed(one, error)] * len(one.settings) for one in lessons]
    except Exception as error:
        error.add_note(f"{job.arm.name}, repeat {job.repeat + 1}: what is finished is kept.")
        raise
    each = (perf_counter() - began) / sum(map(len, learnt))
    return [
        _tried(one, found, each, job, place)
        for one, several in zip(lessons, learnt, strict=True)
        for place, found in enumerate(several)
    ]


def _failed(lesson: Lesson, error: Exception) -> Learnt:
    """Return what a trial came to that had an error: no answers, so that its arm comes last."""
    tune, judge = (
        np.full((len(rows), lesson.head.outputs), np.nan) for rows in lesson.bench.split.parts[1:]
    )
    why = f"failed: {type(error).__name__}: {error}"
    return Learnt(np.nan, 0, tune, judge, stopped=why[:_SAID])


def lesson(plan: Plan, arm: Arm, bench: Bench, settings: tuple[Setting, ...]) -> Lesson:
    """Make a lesson: the arm's loss for each setting, and what judges it on the tuning rows."""
    made = [arm.made(bench.facts, setting) for setting in settings]
    loss: Loss = made[0][0]
    head = head_for(loss, plan.task)
    judge = judge_for(bench, loss)
    return Lesson(
        bench=bench,
        head=head,
        unit=made[0][1],
        losses=tuple(each for each, _ in made),
        settings=settings,
        seed=bench.split.weights_seed(plan.seed) + arm.seed,
        referee=_referee(bench, head, judge),
        optimizer=arm.optimizer,
    )


def judge_for(bench: Bench, loss: Loss | None = None) -> Judge:
    """Return the judge of a fold, made ready from its training rows.

    Where a loss aims at logarithms and the metric at the mean, amounts are brought back to it by a
    factor [duan1983], fitted as all else that is decided after training.
    """
    learnt, wants = bench.split.train, bench.task.metric.elicits
    aims = str(getattr(loss, "elicits", ""))
    return judge_of(
        bench.task,
        bench.target(learnt),
        bench.weight(learnt),
        rescales=wants == "mean" and aims.startswith("mean of log"),
    )


def _referee(bench: Bench, head: Head, judge: Judge) -> Referee:
    rows = bench.split.tune
    target, weight = bench.target(rows), bench.weight(rows)

    def score(head: Head, raw: np.ndarray) -> float:
        answer = head.answer(raw)
        return judge.score(answer, target, weight, judge.decide(answer, target, weight))

    def read(loss: Loss) -> Callable[[np.ndarray], float]:
        return partial(score, head.with_loss(loss))

    return Referee(partial(score, head), judge.metric.better, read)


def _tried(lesson: Lesson, found: Learnt, seconds: float, job: Job, place: int) -> Tried:
    bench, split = lesson.bench, lesson.bench.split
    loss = lesson.losses[place]
    judge, head = judge_for(bench, loss), lesson.head.with_loss(loss)
    tuned, judged = head.answer(found.tune), head.answer(found.judge)
    decision = judge.decide(tuned, bench.target(split.tune), bench.weight(split.tune))
    target, weight = bench.target(split.judge), bench.weight(split.judge)
    outer = judge.score(judged, target, weight, decision)
    trial = TrialRecord(
        lesson.settings[place], found.inner, outer, found.step, seconds, found.stopped
    )
    return Tried(
        repeat=split.repeat,
        fold=split.fold,
        number=job.first + place,
        trial=trial,
        raw_outer=judge.score(judged, target, weight) if judge.tunes else outer,
        decision=decision.to_dict() if judge.tunes else None,
        loss=loss.to_dict(),
        unit=lesson.unit,
        curve=found.curve,
        answers=found.judge if job.portrait else None,
    )


def _bench(plan: Plan, split: Split) -> Bench:
    """Return a fold made ready, the same for the next job on it."""
    key = (plan.fingerprint, split.repeat, split.fold)
    if key not in _BENCHES:
        _BENCHES[key] = Bench(plan.task, split)
    _BENCHES.move_to_end(key)
    while len(_BENCHES) > _KEPT:
        _BENCHES.popitem(last=False)
    return _BENCHES[key]
