"""Columns that a user named: what becomes of them, and what is said of wrong ones."""

import numpy as np
import pandas as pd
import pytest

from lossary.errors import ArgumentError, NotFoundError
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.frames import graded, task_of


def _task(frame=None, target="skill", **roles):
    return read_task(table(graded() if frame is None else frame), target, **roles)


def test_a_named_column_is_no_feature_and_is_recorded():
    task = _task(groups="school", order="week", weight="pupils", drop="noise")
    assert list(task.features) == ["grade"]
    roles = {each.name: each.role for each in task.columns}
    assert roles == {"skill": "target", "grade": "number", "noise": "left out",
                     "school": "groups", "week": "order", "pupils": "weight"}  # fmt: skip
    frame = graded()
    assert np.array_equal(task.weight, frame["pupils"])
    assert np.array_equal(task.order, frame["week"])
    assert len(set(zip(task.groups, frame["school"], strict=True))) == frame["school"].nunique()


def test_several_columns_can_be_left_out():
    assert list(_task(drop=["noise", "week"]).features) == list(_task(drop="noise, week").features)


def test_roles_follow_the_rows_that_have_a_target():
    frame = graded()
    frame.loc[::3, "skill"] = np.nan
    frame.loc[0, "pupils"] = np.nan  # of a row that is not used
    task = _task(frame, weight="pupils")
    assert np.array_equal(task.weight, frame["pupils"][frame["skill"].notna()])


def test_an_exposure_makes_a_rate_of_a_count_and_weighs_it():
    frame = graded().assign(years=lambda each: each["pupils"] / 2, claims=lambda each: each["week"])
    task = _task(frame, "claims", exposure="years", weight="pupils")
    assert (task.kind, task.metric.name) == ("count", "poisson_deviance")
    assert np.allclose(task.target * frame["years"], frame["claims"])
    assert np.allclose(task.weight, frame["pupils"] * frame["years"])
    assert "years" not in task.features


def test_the_deviance_of_rates_with_exposures_is_that_of_counts():
    random = np.random.default_rng(0)
    years, rate = random.uniform(0.2, 2.0, 200), random.uniform(0.5, 2.0, 200)
    counts = random.poisson(rate * years)
    task = _task(pd.DataFrame({"x": rate, "n": counts, "years": years}), "n", exposure="years")
    judged = task.metric.function(task.target, rate, 0, task.weight)
    log = np.log(np.where(counts > 0, counts, 1) / (rate * years))
    assert judged == pytest.approx(2 * (counts * log - counts + rate * years).sum() / years.sum())


def test_few_counts_with_an_exposure_are_no_classes():
    counts = graded(90).assign(n=[0, 1, 2] * 30, years=1.5)
    assert _task(counts, "n").kind == "multiclass"
    assert _task(counts, "n", exposure="years").kind == "count"


def test_dates_are_an_order():
    days = pd.date_range("2020-01-01", periods=300).strftime("%Y-%m-%d")
    assert np.array_equal(_task(graded().assign(day=days), order="day").order, np.arange(300))


WRONG = {
    "no_column": ({"groups": "shcool"}, NotFoundError, "groups 'shcool'.*school"),
    "no_dropped": ({"drop": "nois"}, NotFoundError, "noise"),
    "two_roles": ({"groups": "week", "order": "week"}, ArgumentError, "a column has one role"),
    "the_target": ({"weight": "skill"}, ArgumentError, "named as target too"),
    "drop_the_target": ({"drop": "skill"}, ArgumentError, "named as target too"),
    "gaps": ({"weight": "gappy"}, ArgumentError, "1 rows have none; fill the gaps"),
    "groups_with_gaps": ({"groups": "gappy"}, ArgumentError, "fill the gaps"),
    "negative": ({"weight": "noise"}, ArgumentError, "below zero"),
    "no_weight": ({"weight": "zero"}, ArgumentError, "every weight is 0"),
    "weight_in_words": ({"weight": "word"}, ArgumentError, "expected numbers, but there is 'a'"),
    "no_exposure": ({"exposure": "zero"}, ArgumentError, "zero or less, first 0"),
    "order_in_words": ({"order": "word"}, ArgumentError, "dates such as 2024-01-31"),
}


@pytest.mark.parametrize(("roles", "error", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_column_that_cannot_be_what_it_is_named_for_is_told(roles, error, told):
    frame = graded().assign(
        zero=0.0, word="a", gappy=lambda each: each["week"].where(each.index > 0)
    )
    with pytest.raises(error, match=told):
        _task(frame, **roles)


def test_an_exposure_of_classes_or_shares_is_refused():
    frame = graded(60).assign(y=["a", "b"] * 30, years=1.0)
    with pytest.raises(ArgumentError, match="text such as"):
        _task(frame, "y", exposure="years")
    for more in ({"event": "hurt"}, {"kind": "binary"}):
        with pytest.raises(ArgumentError, match="Leave exposure= out"):
            _task(frame.assign(y=1.5, hurt=[0, 1] * 30), "y", exposure="years", **more)
    shares = np.random.default_rng(0).random(60)
    with pytest.raises(ArgumentError, match="shares already"):
        _task(frame.assign(y=shares), "y", exposure="years", kind="proportion")


def test_without_roles_nothing_is_weighed_grouped_or_ordered():
    task = task_of(np.arange(50.0))
    assert task.weight is None
    assert task.groups is None
    assert task.order is None
