"""The fold that judges is never seen before, and every arm is given the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lossary import lab
from lossary.lab import metric
from lossary.lab.decision.constants import best_constant
from lossary.lab.protocol import planning
from lossary.lab.protocol.choosing import chosen
from lossary.lab.protocol.jobs import jobs
from lossary.lab.protocol.trial import done, judge_for
from lossary.lab.tasks.bench import Bench
from tests.lab.frames import real
from tests.lab.plans import planned

QUESTIONS = [
    ("diabetes", "mae", "huber", "mlp"),
    ("diabetes", "poisson", "poisson nll", "lightgbm"),
    ("breast_cancer", "f1", "binary cross entropy", "mlp"),
    ("breast_cancer", "log_loss", "binary cross entropy", "linear"),
    ("wine", "balanced_accuracy", "cross entropy", "mlp"),
]


def _first(plan):
    """Run the first fold of a plan's first arm."""
    job = next(jobs(plan, plan.arms[0], 0, 0, {}, [0]))
    return done(plan, job)


def _poisoned(plan, rows):
    """Return the plan with other targets and wild features in some rows."""
    task = plan.task
    target, features = task.target.copy(), task.features.copy()
    target[rows] = target[rows] * 1000 if task.amounts else (target[rows] + 1) % len(task.classes)
    features.iloc[rows] = features.iloc[rows] * -1e6
    table = replace(task.table, sha256="poisoned")
    return replace(plan, task=replace(task, target=target, features=features, table=table))


@pytest.mark.parametrize(("name", "metric", "loss", "learner"), QUESTIONS)
def test_poison_in_the_judging_fold_changes_the_score_and_nothing_else(name, metric, loss, learner):
    plan = planned(name, metric, loss, learner)
    split = plan.split(0, 0)
    dirty = _poisoned(plan, split.judge)
    dirty.__dict__["divided"] = plan.divided  # strata follow the target
    for one, other in zip(_first(plan), _first(dirty), strict=True):
        assert (one.trial.inner, one.trial.step) == (other.trial.inner, other.trial.step)
        assert one.trial.setting == other.trial.setting
        assert (one.loss, one.decision, one.curve) == (other.loss, other.decision, other.curve)
        assert one.trial.outer != other.trial.outer


def test_poison_in_the_judging_fold_does_not_move_the_constant():
    plan = planned("diabetes", "mae", "huber")
    split = plan.split(0, 0)
    words = set()
    for each in (plan, _poisoned(plan, split.judge)):
        bench = Bench(each.task, split)
        learnt = np.concatenate([split.train, split.tune])
        words.add(best_constant(each.task, judge_for(bench), bench.target(learnt), None, 3)[1])
    assert len(words) == 1


def test_poison_in_the_hold_out_changes_no_choice():
    plan = planned("breast_cancer", "log_loss", learners="lightgbm")
    rows = np.arange(len(plan.task.target))
    plan = replace(plan, dev=rows[:400], held=rows[400:])
    dirty = _poisoned(plan, plan.held)
    assert [one.trial for one in _timeless(_first(plan))] == [
        one.trial for one in _timeless(_first(dirty))
    ]


def _timeless(tried):
    return [replace(each, trial=replace(each.trial, seconds=0.0)) for each in tried]


@pytest.mark.parametrize("losses", ["huber, absolute error, squared error"])
def test_every_arm_is_given_the_same_rows_rates_and_number_of_settings(losses):
    plan = planned("diabetes", "mae", losses, trials=4)
    several = [arm for arm in plan.arms if arm.role != "field"]
    found = [next(jobs(plan, arm, 0, 0, {}, [0, 1])) for arm in several]
    rates = [[each["learning_rate"] for each in job.settings[0]] for job in found]
    assert all(each == rates[0] for each in rates)
    assert {len(job.settings[0]) for job in found} == {4}
    assert {plan.efforts[arm.learner].steps for arm in several} == {60}


def test_the_fields_default_is_tried_as_it_stands():
    plan = planned("diabetes", "mae", trials=4)
    (field,) = [arm for arm in plan.arms if arm.role == "field"]
    (setting,) = next(jobs(plan, field, 0, 0, {}, [0])).settings[0]
    space = plan.space_of(field)
    assert setting == {each.name: each.default for each in space}


def test_first_weights_differ_from_fold_to_fold_and_not_from_arm_to_arm():
    plan = planned("wine", "log_loss", folds=5, repeats=3)
    seeds = [each.weights_seed(7) for each in plan.divided.values()]
    assert len(set(seeds)) == 15


def test_the_setting_is_chosen_by_the_rows_set_aside_and_not_by_the_fold():
    tried = _first(planned("diabetes", "mae", "huber", trials=4))
    better = [
        replace(each, trial=replace(each.trial, inner=float(inner), outer=float(-inner)))
        for inner, each in zip((3, 1, 2, float("nan")), tried, strict=True)
    ]
    assert chosen(metric("mae"), better).number == 1
    assert chosen(metric("r2"), better).number == 0


def test_the_diagnosis_sees_no_row_of_the_hold_out(monkeypatch):
    seen = []
    monkeypatch.setattr(planning, "diagnose", lambda task, *more: seen.append(task) or ())
    frame = pd.concat([real("breast_cancer")] * 3, ignore_index=True)
    plan = lab.plan(frame, "target", "log_loss", learners="linear")
    assert len(plan.held) > 300
    assert len(seen[0].target) == len(seen[0].features) == len(plan.dev)
    assert set(seen[0].features.index) == set(plan.dev)
