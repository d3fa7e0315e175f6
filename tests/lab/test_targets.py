"""What a target is taken for, and what is said where it cannot be learnt."""

import numpy as np
import pandas as pd
import pytest

from lossary.errors import ArgumentError, LossError, NotFoundError
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.tables import mixed, real

RANDOM = np.random.default_rng(0)
COUNTS = RANDOM.poisson(2.0, 300).astype(float)


def _task(values, metric=None, **more):
    frame = pd.DataFrame({"feature": RANDOM.normal(size=len(values)), "target": values})
    return read_task(table(frame), "target", metric, **more)


@pytest.mark.parametrize(
    ("name", "kind", "metric"),
    [
        ("diabetes", "positive", "mae"),
        ("breast_cancer", "binary", "log_loss"),
        ("iris", "multiclass", "log_loss"),
        ("wine", "multiclass", "log_loss"),
        ("digits", "multiclass", "log_loss"),
    ],
)
def test_a_bundled_data_set_is_taken_for_what_it_is(name, kind, metric):
    task = read_task(table(real(name)), "target")
    assert (task.kind, task.metric.name) == (kind, metric)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (RANDOM.normal(size=200), "regression"),
        (RANDOM.gamma(2.0, 1.0, 200), "positive"),
        (np.maximum(RANDOM.normal(size=200), 0), "nonnegative"),
        (COUNTS, "count"),
        (["yes", "no"] * 100, "binary"),
        ([True, False] * 100, "binary"),
        (["a", "b", "c", "c"] * 50, "multiclass"),
        ([1, 2, 3, 4] * 50, "multiclass"),
        ([str(each) for each in RANDOM.gamma(2.0, 1.0, 200)], "positive"),
    ],
)
def test_a_target_is_taken_for_what_it_looks_like(values, kind):
    assert _task(values).kind == kind


def test_a_metric_of_amounts_makes_amounts_of_whole_numbers_that_look_like_classes():
    assert _task([1, 2, 3, 4] * 50).kind == "multiclass"
    assert _task([1, 2, 3, 4] * 50, "mae").kind == "count"


def test_a_metric_of_classes_makes_classes_of_counts():
    assert _task(COUNTS, "accuracy").classes[:3] == ("0", "1", "2")


def test_the_users_word_stands_over_the_detection():
    assert _task([1, 2, 3, 4] * 50, kind="regression").kind == "regression"
    assert _task(COUNTS, kind="classification").kind == "multiclass"


def test_what_was_found_is_said():
    task = _task([*COUNTS, np.nan, np.nan])
    said = " ".join(task.remarks)
    assert "300 whole numbers" in said
    assert "counts" in said
    assert "2 rows without target are left out" in said
    assert "poisson_deviance" in said
    assert len(task.target) == len(task.features) == 300


def test_the_class_to_be_found_can_be_named():
    values = ["spam", "ham"] * 50
    assert _task(values).classes == ("ham", "spam")
    assert _task(values, positive="ham").classes == ("spam", "ham")


WRONG = {
    "no_such_column": (lambda: read_task(table(mixed()), "prise"), NotFoundError, "price"),
    "constant": (lambda: _task([7.0] * 50), ArgumentError, "every row is 7"),
    "one_class": (lambda: _task(["yes"] * 50), ArgumentError, "one class only"),
    "all_missing": (lambda: _task([np.nan] * 50), ArgumentError, "every row is missing"),
    "text_for_amounts": (lambda: _task(["a", "b"] * 50, "mae"), ArgumentError, "text such as 'a'"),
    "amounts_for_classes": (lambda: _task(RANDOM.normal(size=90), "f1"), ArgumentError, "too many"),
    "negative_counts": (lambda: _task(COUNTS - 2, "poisson"), ArgumentError, r"\[0, inf\), but"),
    "zeros_for_mape": (lambda: _task(COUNTS, "mape"), ArgumentError, "anything but 0"),
    "three_classes_for_ap": (lambda: _task([0, 1, 2] * 50, "ap"), ArgumentError, "is multiclass"),
    "no_such_task": (lambda: _task(COUNTS, kind="counts"), NotFoundError, "count"),
    "wrong_task": (lambda: _task(COUNTS - 2, kind="count"), ArgumentError, "runs from -2"),
    "task_against_metric": (
        lambda: _task(COUNTS, "mae", kind="binary"),
        ArgumentError,
        "Leave one of the two out",
    ),
    "no_such_class": (lambda: _task([0, 1] * 50, positive="2"), NotFoundError, "no such class"),
    "positive_of_three": (
        lambda: _task([0, 1, 2] * 50, positive="2"),
        ArgumentError,
        "needs two classes",
    ),
    "no_feature_left": (
        lambda: read_task(table(pd.DataFrame({"id": range(9), "y": COUNTS[:9]})), "y"),
        ArgumentError,
        "no column is left",
    ),
}


@pytest.mark.parametrize(("make", "error", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_learnt_is_told_with_a_mend(make, error, told):
    with pytest.raises(error, match=told) as caught:
        make()
    assert isinstance(caught.value, LossError)
