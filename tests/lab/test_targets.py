"""What a target is taken for, and what is said where it cannot be learnt."""

import numpy as np
import pandas as pd
import pytest

from lossary.errors import ArgumentError, LossError, NotFoundError
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.frames import censored, graded, labelled, mixed, real
from tests.lab.frames import task_of as _task

RANDOM = np.random.default_rng(0)
COUNTS = RANDOM.poisson(2.0, 300).astype(float)
SHARES = RANDOM.beta(2.0, 5.0, 200)
SIZES = pd.Categorical(
    RANDOM.choice(["small", "middle", "large"], 200), ["small", "middle", "large", "huge"], True
)


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


LOOKS = {
    "normal": (RANDOM.normal(size=200), "regression"),
    "gamma": (RANDOM.gamma(2.0, 1.0, 200), "positive"),
    "cut_at_zero": (np.maximum(RANDOM.normal(size=200), 0), "nonnegative"),
    "counts": (COUNTS, "count"),
    "shares": (SHARES, "proportion"),
    "shares_with_ends": (np.clip(SHARES * 2 - 0.3, 0, 1), "proportion"),
    "few_shares": ([0.0, 0.5, 1.0] * 50, "nonnegative"),
    "yes_no": (["yes", "no"] * 100, "binary"),
    "true_false": ([True, False] * 100, "binary"),
    "letters": (["a", "b", "c", "c"] * 50, "multiclass"),
    "small_whole": ([1, 2, 3, 4] * 50, "multiclass"),
    "ordered": (SIZES, "ordinal"),
    "text_of_numbers": ([str(each) for each in RANDOM.gamma(2.0, 1.0, 200)], "positive"),
}


@pytest.mark.parametrize(("values", "kind"), LOOKS.values(), ids=LOOKS.keys())
def test_a_target_is_taken_for_what_it_looks_like(values, kind):
    assert _task(values).kind == kind


def test_a_metric_of_amounts_makes_amounts_of_whole_numbers_that_look_like_classes():
    assert _task([1, 2, 3, 4] * 50).kind == "multiclass"
    assert _task([1, 2, 3, 4] * 50, "mae").kind == "count"


def test_a_metric_of_classes_makes_classes_of_counts():
    assert _task(COUNTS, "accuracy").classes[:3] == ("0", "1", "2")


def test_a_metric_of_levels_makes_levels_of_whole_numbers():
    task = _task([8, 3, 4, 4] * 50, "qwk")
    assert (task.kind, task.classes) == ("ordinal", ("3", "4", "8"))
    assert task.target[:4].tolist() == [2, 0, 1, 1]


def test_the_users_word_stands_over_the_detection():
    assert _task([1, 2, 3, 4] * 50, kind="regression").kind == "regression"
    assert _task(COUNTS, kind="classification").kind == "multiclass"
    assert _task(SHARES, kind="regression").kind == "regression"
    assert _task([1, 2, 3, 4] * 50, kind="ordinal").kind == "ordinal"
    assert _task(SIZES, "accuracy", kind="multiclass").kind == "multiclass"


def test_what_was_found_is_said():
    task = _task([*COUNTS, np.nan, np.nan])
    said = " ".join(task.remarks)
    assert "300 whole numbers" in said
    assert "counts" in said
    assert "2 rows without target are left out" in said
    assert "poisson_deviance" in said
    assert len(task.target) == len(task.features) == 300


def test_a_metrics_name_means_for_each_kind_what_judges_it():
    assert _task(SIZES, "mae").metric.name == "level_mae"
    assert _task(SHARES, "log_loss", kind="proportion").metric.name == "share_log_loss"
    several = read_task(table(labelled()), "a,b,c", "accuracy")
    assert several.metric.name == "subset_accuracy"
    assert "which is what accuracy means" in several.remarks[-1]


@pytest.mark.parametrize("mark", ["?", "-", " n/a ", "unknown", "error 5", ""])
@pytest.mark.parametrize("rows", [12, 300])
def test_a_number_that_was_not_written_down_leaves_its_row_out(mark, rows):
    values = [f"{each:.3f}" for each in RANDOM.normal(size=rows)]
    task = _task([*values[1:], mark])
    assert (task.kind, len(task.target)) == ("regression", rows - 1)
    assert "1 entries" in " ".join(task.remarks)


def test_a_stray_word_among_classes_that_are_numbers_is_no_class():
    task = _task(["0", "1"] * 60 + ["error"])
    assert (task.classes, len(task.target)) == (("0", "1"), 120)
    assert "'error'" in " ".join(task.remarks)


def test_a_word_that_is_common_among_numbers_is_a_class():
    assert _task(["1", "2", "many"] * 40).classes == ("1", "2", "many")
    assert _task([*["1", "2"] * 60, *["many"] * 6]).classes == ("1", "2", "many")


def test_a_mark_for_nothing_is_no_class():
    assert _task([*["yes", "no"] * 60, "?", "?"]).classes == ("no", "yes")


def test_the_class_to_be_found_can_be_named():
    values = ["spam", "ham"] * 50
    assert _task(values).classes == ("ham", "spam")
    assert _task(values, positive="ham").classes == ("spam", "ham")


def test_levels_come_in_the_order_of_a_categorical_and_only_those_that_occur():
    task = _task(SIZES)
    assert task.classes == ("small", "middle", "large")
    assert (task.target == SIZES.codes).all()


def test_classes_that_are_numbers_may_be_levels_and_it_is_said():
    assert "give task=ordinal" in " ".join(_task([1, 2, 3, 4] * 50).remarks)
    assert "ordinal" not in " ".join(_task([1, 2, 3, 4] * 50, kind="multiclass").remarks)
    assert "ordinal" not in " ".join(_task(["a", "b", "c"] * 50).remarks)


def test_the_order_of_levels_that_are_text_can_be_declared():
    values = ["low", "high", "fair", "fair"] * 30
    task = _task(values, kind="ordinal: low < fair < high")
    assert task.classes == ("low", "fair", "high")
    assert task.target[:4].tolist() == [0, 2, 1, 1]


def test_labels_are_columns_of_yes_and_no():
    frame = labelled().assign(b=lambda each: each["b"].map({0: "no", 1: "yes"}))
    frame.loc[7, "c"] = np.nan
    task = read_task(table(frame), ["a", "b", "c"])
    assert (task.kind, task.classes, task.target.shape) == ("multilabel", ("a", "b", "c"), (199, 3))
    assert (task.target == labelled()[["a", "b", "c"]].drop(index=7)).all(axis=None)
    assert sorted(task.features) == ["u", "v", "w"]
    assert "1 rows without a, b, c" in " ".join(task.remarks)


def test_a_time_is_negative_where_it_was_cut_off():
    frame = censored()
    task = read_task(table(frame), "time", event="died")
    assert (task.kind, task.metric.name, task.amounts) == ("survival", "c_index", False)
    assert np.allclose(np.abs(task.target), frame["time"])
    assert ((task.target > 0) == (frame["died"] == 1)).all()
    assert {each.name: each.role for each in task.columns}["died"] == "event"
    assert sorted(task.features) == ["dose", "noise"]


WRONG = {
    "no_such_column": (lambda: read_task(table(mixed()), "prise"), NotFoundError, "price"),
    "no_target": (lambda: read_task(table(mixed())), ArgumentError, "which column is the target"),
    "constant": (lambda: _task([7.0] * 50), ArgumentError, "every row is 7"),
    "one_class": (lambda: _task(["yes"] * 50), ArgumentError, "one class only"),
    "all_missing": (lambda: _task([np.nan] * 50), ArgumentError, "every row is missing"),
    "all_marks": (lambda: _task(["?"] * 50), ArgumentError, "every row is missing"),
    "text_for_amounts": (lambda: _task(["a", "b"] * 50, "mae"), ArgumentError, "text such as 'a'"),
    "amounts_for_classes": (lambda: _task(RANDOM.normal(size=90), "f1"), ArgumentError, "too many"),
    "negative_counts": (lambda: _task(COUNTS - 2, "poisson"), ArgumentError, r"\[0, inf\), but"),
    "zeros_for_mape": (lambda: _task(COUNTS, "mape"), ArgumentError, "anything but 0"),
    "three_classes_for_ap": (lambda: _task([0, 1, 2] * 50, "ap"), ArgumentError, "is multiclass"),
    "three_classes_cost": (lambda: _task([0, 1, 2] * 50, "cost"), ArgumentError, "is multiclass"),
    "no_such_task": (lambda: _task(COUNTS, kind="counts"), NotFoundError, "count"),
    "no_such_metric": (lambda: _task(COUNTS, "f7"), NotFoundError, "f1"),
    "wrong_task": (lambda: _task(COUNTS - 2, kind="count"), ArgumentError, "runs from -2"),
    "half_counts": (lambda: _task(COUNTS / 2, kind="count"), ArgumentError, r"holds \d\.5"),
    "no_shares": (lambda: _task(SHARES * 9, kind="proportion"), ArgumentError, "runs from"),
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
    "levels_without_order": (
        lambda: _task(["low", "high", "fair"] * 30, kind="ordinal"),
        ArgumentError,
        r"task='ordinal: fair < high < low'",
    ),
    "two_levels": (lambda: _task([0, 1] * 50, kind="ordinal"), ArgumentError, "task=binary"),
    "many_levels": (lambda: _task(range(50), kind="ordinal"), ArgumentError, "3 to 20"),
    "half_levels": (lambda: _task([1, 1.5, 2] * 30, kind="ordinal"), ArgumentError, r"1\.5"),
    "undeclared_level": (
        lambda: _task(["low", "hihg"] * 30, kind="ordinal: low < fair < high"),
        ArgumentError,
        "Did you mean high",
    ),
    "order_of_classes": (
        lambda: _task(["a", "b"] * 30, kind="multiclass: a < b"),
        ArgumentError,
        "only an ordinal",
    ),
    "one_label": (lambda: _task([0, 1] * 30, "hamming"), ArgumentError, "target='a,b,c'"),
    "label_of_numbers": (
        lambda: read_task(table(labelled()), "a,u"),
        ArgumentError,
        "not several amounts",
    ),
    "constant_label": (
        lambda: read_task(table(labelled().assign(c=1)), "a,b,c"),
        ArgumentError,
        "label 'c': every row is 1",
    ),
    "label_twice": (lambda: read_task(table(labelled()), "a,b,a"), ArgumentError, "twice"),
    "no_such_label": (lambda: read_task(table(labelled()), "a,z"), NotFoundError, "'z'"),
    "no_event_named": (lambda: _task(SHARES, "c_index"), ArgumentError, "name it as event"),
    "survival_without_event": (
        lambda: _task(SHARES, kind="survival"),
        ArgumentError,
        "name it as event",
    ),
    "no_such_event": (
        lambda: read_task(table(censored()), "time", event="dead"),
        NotFoundError,
        "died",
    ),
    "event_of_numbers": (
        lambda: read_task(table(censored()), "time", event="dose"),
        ArgumentError,
        "expected 1 where it happened",
    ),
    "nobody_died": (
        lambda: read_task(table(censored().assign(died=0)), "time", event="died"),
        ArgumentError,
        "nothing to learn",
    ),
    "all_died": (
        lambda: read_task(table(censored().assign(died=1)), "time", event="died"),
        ArgumentError,
        "Leave event out",
    ),
    "time_zero": (
        lambda: read_task(table(censored().assign(time=lambda f: f["time"].round())), "time",
                          event="died"),
        ArgumentError,
        "add half of their unit",
    ),
    "time_in_words": (
        lambda: read_task(table(censored().assign(time="long")), "time", event="died"),
        ArgumentError,
        "a time is a number",
    ),
    "event_of_a_class": (
        lambda: read_task(table(censored()), "time", kind="binary", event="died"),
        ArgumentError,
        "Leave one of the two out",
    ),
    "rmse_of_times": (
        lambda: read_task(table(censored()), "time", "rmse", event="died"),
        ArgumentError,
        "is survival",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "error", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_learnt_is_told_with_a_mend(make, error, told):
    with pytest.raises(error, match=told) as caught:
        make()
    assert isinstance(caught.value, LossError)


def test_grades_are_read_with_the_metric_of_levels_without_asking_for_the_kind():
    assert read_task(table(graded()), "grade", "rps").classes == ("1", "2", "3", "4", "5")


@pytest.mark.parametrize(
    ("many", "few", "found"),
    [
        ("usual", "rare", "rare"),
        ("good", "bad", "bad"),
        ("no", "yes", "yes"),
        ("yes", "no", "yes"),
        (1, 0, "1"),
        (True, False, "True"),
    ],
    ids=["rare", "bad", "few-yes", "many-yes", "numbers", "switches"],
)
def test_of_two_words_the_rarer_is_looked_for_unless_one_says_yes(many, few, found):
    frame = pd.DataFrame({"x": RANDOM.normal(size=100), "y": [few] * 20 + [many] * 80})
    assert read_task(table(frame), "y", "f1").classes[1] == found


def test_the_one_to_find_is_refused_where_there_are_no_two_classes():
    with pytest.raises(ArgumentError, match="which of two classes"):
        read_task(table(real("diabetes")), "target", "mae", positive="big")
