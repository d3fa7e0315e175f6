"""How rows are divided: nothing is seen twice, strata and groups and time are kept."""

import numpy as np
import pandas as pd
import pytest

from lossary.errors import ArgumentError
from lossary.lab.tasks.enough import enough
from lossary.lab.tasks.folds import hold_out, inner, said, splits, too_few
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.frames import censored, graded, labelled, task_of

RANDOM = np.random.default_rng(0)
ROWS = 1200

TASKS = {
    "amounts": lambda: task_of(RANDOM.lognormal(size=ROWS)),
    "classes": lambda: task_of(RANDOM.choice(["a", "b", "c"], ROWS, p=[0.7, 0.2, 0.1])),
    "levels": lambda: read_task(table(graded(ROWS)), "grade", "qwk"),
    "labels": lambda: read_task(table(labelled(ROWS)), "a,b,c"),
    "times": lambda: read_task(table(censored(ROWS)), "time", event="died"),
    "groups": lambda: read_task(table(graded(ROWS)), "grade", "qwk", groups="school"),
    "groups_of_amounts": lambda: read_task(table(graded(ROWS)), "skill", groups="school"),
    "order": lambda: read_task(table(graded(ROWS)), "skill", order="week"),
    "both": lambda: read_task(
        table(graded(ROWS).assign(school=lambda each: each["week"] // 2)), "skill",
        order="week", groups="school",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_no_row_is_in_two_parts_and_all_are_judged_once(name):
    task = TASKS[name]()
    dev, held = hold_out(task, 0.2, 3)
    assert 0.15 * ROWS < len(held) < 0.25 * ROWS
    judged = []
    for split in splits(task, 4, 1, 3, dev):
        parts = np.concatenate([*split.parts, held])
        assert len(set(parts)) == len(parts)
        assert 0.15 < len(split.tune) / (len(split.tune) + len(split.train)) < 0.26
        judged += split.judge.tolist()
    first = 0 if task.order is None else len(dev) / 5  # the oldest have no past
    assert len(judged) == len(set(judged)) >= len(dev) - first - 40
    if task.order is None:
        assert sorted(judged) == sorted(dev)


@pytest.mark.parametrize("name", TASKS)
def test_a_split_is_the_same_again_and_another_with_another_seed(name):
    task = TASKS[name]()
    one, again, other = (next(splits(task, 4, 1, seed)) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(one.parts, again.parts, strict=True))
    if task.order is None:
        assert not np.array_equal(one.judge, other.judge)


@pytest.mark.parametrize("name", [name for name in TASKS if name not in ("order", "both")])
def test_repeats_draw_anew_and_so_does_every_fold(name):
    task = TASKS[name]()
    found = list(splits(task, 3, 2, 0))
    assert [(each.repeat, each.fold) for each in found] == [
        (r, f) for r in (0, 1) for f in range(3)
    ]
    assert len({each.judge.tobytes() for each in found}) == 6
    assert len({each.tune.tobytes() for each in found}) == 6


@pytest.mark.parametrize("name", ["classes", "levels", "labels", "times", "amounts"])
def test_every_part_has_its_share_of_each_stratum(name):
    task = TASKS[name]()
    high = np.quantile(task.target, 0.9)
    shown = {"classes": lambda t: t == 2, "levels": lambda t: t == 0, "labels": lambda t: t[:, 2],
             "times": lambda t: t > 0, "amounts": lambda t: t > high}[name]  # fmt: skip
    whole = shown(task.target).mean()
    for split in splits(task, 5, 2, 0):
        for part in split.parts:
            # one or two rows of a part of two hundred are all that a stratum can be off
            assert shown(task.target[part]).mean() == pytest.approx(whole, abs=0.016)


@pytest.mark.parametrize("name", ["groups", "groups_of_amounts", "both"])
def test_a_group_is_never_parted(name):
    task = TASKS[name]()
    dev, held = hold_out(task, 0.2, 0)
    for split in splits(task, 4, 2, 0, dev):
        parts = [set(task.groups[rows]) for rows in (*split.parts, held)]
        assert sum(map(len, parts)) == len(set.union(*parts))


def test_the_largest_group_is_not_always_tuned_on():
    school = np.where(np.arange(ROWS) < 300, 0, np.arange(ROWS) % 20)
    task = read_task(table(graded(ROWS).assign(school=school)), "grade", "qwk", groups="school")
    largest = [0 in task.groups[split.tune] for split in splits(task, 5, 3, 0)]
    assert 0 < sum(largest) < 8


@pytest.mark.parametrize("name", ["order", "both"])
def test_training_never_sees_what_came_later(name):
    task = TASKS[name]()
    dev, held = hold_out(task, 0.2, 0)
    assert task.order[dev].max() < task.order[held].min()
    found = list(splits(task, 4, 3, 0, dev))
    assert len(found) == 4
    for split in found:
        train, tune, judge = (task.order[rows] for rows in split.parts)
        assert train.max() < tune.min()
        assert tune.max() < judge.min()
    ends = [task.order[split.judge].max() for split in found]
    assert ends == sorted(ends)


def test_an_inner_split_keeps_to_the_rows_that_it_is_given():
    task = TASKS["groups"]()
    rows = np.flatnonzero(task.groups > 5)
    train, tune = inner(task, rows, 0)
    assert set(train) | set(tune) == set(rows)
    assert not set(task.groups[train]) & set(task.groups[tune])


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (lambda: task_of(RANDOM.normal(size=999)), "999 rows"),
        (lambda: task_of([1] * 60 + [0] * 1200), "60 rows of 1"),
        (lambda: read_task(table(graded(ROWS).assign(school=lambda e: e["school"] // 2)), "skill",
                           groups="school"), "too few groups"),
    ],
    ids=["rows", "rare", "groups"],
)  # fmt: skip
def test_nothing_is_held_out_where_the_folds_need_all(task, why):
    task = task()
    dev, held = hold_out(task, 0.2, 0)
    assert (len(dev), len(held)) == (len(task.target), 0)
    assert why in too_few(task, 0.2)


def test_it_is_said_how_rows_are_divided():
    assert "shares of the levels" in said(TASKS["levels"]())
    assert "never parted" in said(TASKS["groups"]())
    assert "what came before" in said(TASKS["order"](), 5, 240)
    assert "240 rows, the newest" in said(TASKS["order"](), 5, 240)


FEW = {
    "three_rows": (lambda: task_of([1.0, 2.0, 4.0]), 5, "3 rows .* too few"),
    "folds": (lambda: task_of(RANDOM.normal(size=40)), 9, "45 are the least"),
    "rare_class": (lambda: task_of(["a"] * 90 + ["b"] * 9), 5, "class 'b' has 9 rows"),
    "rare_level": (lambda: task_of([1] * 40 + [2] * 40 + [3] * 4, "qwk"), 5, "the level beside"),
    "rare_label": (
        lambda: read_task(table(labelled(90).assign(c=[1] * 9 + [0] * 81)), "a,b,c"),
        5, "label 'c' has 9 rows",
    ),
    "few_events": (
        lambda: read_task(table(censored().assign(died=[1] * 9 + [0] * 191)), "time", event="died"),
        5, "9 rows had their event",
    ),
    "few_groups": (
        lambda: read_task(table(graded().assign(school=lambda e: e["school"] % 4)), "skill",
                          groups="school"),
        5, "Take folds=3",
    ),
    "few_times": (
        lambda: read_task(table(graded().assign(week=lambda e: e["week"] % 9)), "skill",
                          order="week"),
        5, "9 different times",
    ),
    "late_class": (
        lambda: read_task(table(graded().assign(late=lambda e: e["week"] > 50)), "late",
                          order="week"),
        5, "would train on rows without 'True'",
    ),
    "group_of_a_class": (
        lambda: read_task(table(graded().assign(kind=lambda e: np.minimum(e["school"], 6) // 2)),
                          "kind", "accuracy", groups="school"),
        3, "would train on rows without",
    ),
    "few_weights": (
        lambda: read_task(table(graded().assign(pupils=lambda e: (e.index < 9) * 1.0)), "skill",
                          weight="pupils"),
        5, "9 rows have a weight",
    ),
    "one_fold": (lambda: task_of(RANDOM.normal(size=90)), 1, "at least 2"),
}  # fmt: skip


@pytest.mark.parametrize(("task", "folds", "told"), FEW.values(), ids=FEW.keys())
def test_too_little_for_so_many_folds_is_told(task, folds, told):
    with pytest.raises(ArgumentError, match=told):
        enough(task(), folds, 1, 0)


@pytest.mark.parametrize("name", TASKS)
def test_enough_is_enough(name):
    enough(TASKS[name](), 5, 2, 0)


def test_rare_sets_of_labels_and_rare_levels_are_divided_all_the_same():
    frame = labelled(60).assign(c=lambda each: (each.index < 10).astype(int))
    task = read_task(table(frame), "a,b,c")
    assert len(list(splits(task, 5, 2, 0))) == 10
    grades = pd.DataFrame({"x": RANDOM.random(60), "y": [1] * 5 + [2] * 25 + [3] * 25 + [4] * 5})
    assert len(list(splits(read_task(table(grades), "y", "qwk"), 5, 1, 0))) == 5
