"""The fold that judges is never seen before, and every arm is given the same."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lossary.errors import ArgumentError
from lossary.lab.protocol.bench import prepare
from lossary.lab.protocol.trial import attempt, attempt_constant
from lossary.lab.tasks.enough import enough
from lossary.lab.tasks.folds import splits
from tests.lab.tables import planned, real

QUESTIONS = [
    ("diabetes", "mae", "huber"),
    ("diabetes", "poisson", "poisson nll"),
    ("breast_cancer", "f1", "binary cross entropy"),
    ("wine", "balanced_accuracy", None),
]


def _poisoned(task, rows):
    """Return the task with other targets and wild features in some rows."""
    target, features = task.target.copy(), task.features.copy()
    target[rows] = target[rows] * 1000 if task.amounts else (target[rows] + 1) % len(task.classes)
    features.iloc[rows] = features.iloc[rows] * -1e6
    return replace(task, target=target, features=features)


@pytest.mark.parametrize(("name", "metric", "loss"), QUESTIONS)
def test_poison_in_the_judging_fold_changes_the_score_and_nothing_else(name, metric, loss):
    plan = planned(name, metric, loss)
    split = next(splits(plan.task, plan.folds, 1, plan.seed))
    poisoned = _poisoned(plan.task, split.judge)
    clean, dirty = (
        attempt(plan.arms[0], prepare(task, split), plan.budget, 0)
        for task in (plan.task, poisoned)
    )
    assert dirty[0].trials == clean[0].trials
    assert dirty[0].curve == clean[0].curve
    assert (dirty[0].loss, dirty[0].threshold) == (clean[0].loss, clean[0].threshold)
    assert all(map(torch.equal, dirty[1].weights, clean[1].weights))
    assert dirty[0].score != clean[0].score


def test_poison_in_the_judging_fold_does_not_move_the_constant():
    plan = planned("diabetes", "mae")
    split = next(splits(plan.task, plan.folds, 1, plan.seed))
    words = {
        attempt_constant(prepare(task, split))[1]
        for task in (plan.task, _poisoned(plan.task, split.judge))
    }
    assert len(words) == 1


@pytest.mark.parametrize("name", ["diabetes", "wine"])
def test_every_row_is_judged_once_in_every_repeat_and_never_where_it_was_learnt(name):
    task = planned(name, None).task
    found = list(splits(task, 4, 2, seed=0))
    assert len(found) == 8
    for repeat in range(2):
        judged = np.concatenate([each.judge for each in found if each.repeat == repeat])
        assert sorted(judged) == list(range(len(task.target)))
    for each in found:
        parts = [set(each.train), set(each.tune), set(each.judge)]
        assert sum(map(len, parts)) == len(set.union(*parts)) == len(task.target)
    assert len({tuple(sorted(each.judge)) for each in found}) == 8


def test_every_part_of_a_split_holds_each_class_in_its_share():
    task = planned("breast_cancer", "accuracy").task
    task = replace(task, target=(np.arange(len(task.target)) % 25 == 0).astype(int))
    for split in splits(task, 5, 1, seed=0):
        for rows in (split.train, split.tune, split.judge):
            # whole rows cannot be divided: the first division may be off by one, and the second too
            assert abs(task.target[rows].sum() - len(rows) * task.target.mean()) < 1.5


def test_first_weights_differ_from_fold_to_fold_and_not_from_arm_to_arm():
    found = list(splits(planned("wine", None).task, 5, 3, seed=0))
    assert len({each.weights_seed(7) for each in found}) == 15


@pytest.mark.parametrize(
    ("rows", "more", "told"),
    [
        (3, {}, "3 rows with a known target are too few"),
        (200, {"folds": 1}, "at least 2"),
        (200, {"repeats": 0}, "at least 2 and 1"),
        (200, {"seed": -1}, "zero or more"),
        (60, {"folds": 20}, "100 are the least"),
    ],
)
def test_too_few_rows_or_folds_are_told(rows, more, told):
    task = planned("diabetes", "mae").task
    task = replace(task, target=task.target[:rows], features=task.features[:rows])
    with pytest.raises(ArgumentError, match=told):
        enough(task, **({"folds": 5, "repeats": 1, "seed": 0} | more))


def test_a_class_too_rare_to_be_in_every_fold_is_told():
    task = planned("wine", "accuracy").task
    target = np.where(np.arange(len(task.target)) < 4, 2, task.target % 2)
    with pytest.raises(ArgumentError, match="'2' has 4 rows"):
        enough(replace(task, target=target), 5, 1, 0)


def test_an_unseen_table_needs_no_seed_to_be_split_the_same():
    one, other = (
        [each.judge.tolist() for each in splits(planned("iris", None).task, 3, 1, seed=4)]
        for _ in range(2)
    )
    assert one == other
    assert real("iris").shape == (150, 5)
