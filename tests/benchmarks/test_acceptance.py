"""The acceptance runs judge rightly: what is drawn, compared and counted is what they say it is."""

import numpy as np
import pytest

from benchmarks.acceptance import real_words, words
from benchmarks.acceptance.columns import Contest, column
from benchmarks.acceptance.draws import TIMES, amounts, classes
from benchmarks.acceptance.holding import with_hold_out
from benchmarks.acceptance.nulls import counted, planned, table
from benchmarks.acceptance.reads import Read, read, together
from benchmarks.acceptance.real_tables import answered
from lossary import lab
from tests.lab.toys import toy_plan

CELL = {"low": [1.0, 2.0, 3.0], "high": [2.0, 3.1, 4.0], "alike": [1.1, 1.9, 3.0]}


def test_rows_to_judge_on_are_right_where_those_to_learn_from_are_not():
    clean, dirty = (amounts(2, wild, 100, 200) for wild in (0.0, 0.3))
    ratio = (dirty.frame.target / clean.frame.target).to_numpy()
    for split in dirty.splits:
        assert set(np.round(ratio[split.judge], 9)) == {1.0}
        for learnt in (split.train, split.tune):
            assert set(np.round(ratio[learnt], 9)) == {1.0, TIMES}


def test_draws_share_no_row_and_use_all():
    draws = classes(3, 50, 30)
    rows = np.concatenate([each for split in draws.splits for each in split.parts])
    assert sorted(rows) == list(range(len(draws.frame))) == list(range(240))
    assert len(draws.learnt(1)) == 50


def test_a_column_is_what_the_lab_reaches_on_every_draw():
    draws = amounts(2, 0.0, 150, 500)
    contest = Contest({"L2": "SquaredError", "L1": "AbsoluteError"}, "linear")
    decided, raw = column(contest, draws, "mae")
    assert decided == raw  # nothing is tuned after training for this metric
    assert np.mean(decided["L1"]) < np.mean(decided["L2"])
    constant = [np.abs(draws.frame.target[each.judge] - 3).mean() for each in draws.splits]
    assert np.less(decided["L1"], constant).all()


@pytest.mark.parametrize(
    ("one", "other", "better", "holds"),
    [("low", "high", True, "yes"), ("high", "low", True, "no"), ("low", "alike", True, "no"),
     ("alike", "low", False, "yes"), ("high", "low", False, "no")],
    ids=["shown", "turned round", "no better", "no worse", "worse"],
)  # fmt: skip
def test_a_sentence_holds_by_its_interval(one, other, better, holds):
    assert read(Read("rmse", one, other, better), {"rmse": CELL})["holds"] == holds


def test_of_some_metrics_more_is_better():
    assert together("rmse", CELL) == ("low", "alike")
    assert together("f1, as it comes", CELL) == ("high",)


def test_arms_of_a_study_of_nothing_see_columns_of_their_own(tmp_path):
    assert table(0, 4, "signal").shape == (150, 13)
    record = lab.run(planned(0, 2, 1, "signal"), tmp_path)
    scores = [[each.score for each in arm.folds] for arm in record.arms[:2]]
    assert len(scores[0]) == 5
    assert not set(scores[0]) & set(scores[1])


def test_false_alarms_are_counted_with_an_interval():
    found = counted("noise", 2, 1, 1)
    assert found["told"] in (0, 1)
    assert 0 <= found["low"] < found["high"] <= 1


def test_rows_are_kept_aside_of_a_table_that_the_lab_finds_too_small():
    made = lab.plan("sklearn:wine", learners="linear")
    assert not len(made.held)
    forced = with_hold_out(made)
    assert len(forced.held) == 36
    assert sorted([*forced.dev, *forced.held]) == list(range(178))


def test_a_study_is_held_to_the_rows_kept_aside():
    rows = np.arange(len(toy_plan().task.target))
    found = answered(toy_plan(dev=rows[:350], held=rows[350:], repeats=1, trials=1))
    scores = found["scores"]
    assert scores["SquaredError"] < scores["Huber"]  # which is drawn to half of its predictions
    assert (found["best"], found["recommended"]) == ("SquaredError", "SquaredError")
    assert found["regret"] == 0.0
    assert found["difference"] == pytest.approx(scores["Huber"] - scores["SquaredError"])


def _row(**changes):
    found = {
        "question": "wine, f1", "seed": 0, "rows": 80, "held": 20, "recommended": "one",
        "field": "usual", "default": "one", "best": "one", "difference": 0.1, "low": 0.05,
        "high": 0.2, "sentence": "one is best", "seconds": 2.0, "regret": 0.0,
        "regret_of_field": 0.1, "regret_of_default": 0.0,
    }  # fmt: skip
    return found | changes


@pytest.mark.parametrize(
    ("changes", "told"),
    [({}, "better"), ({"low": -0.1}, "no difference"), ({"low": -0.2, "high": -0.1}, "worse"),
     ({"recommended": "usual"}, "the same")],
    ids=["better", "neither", "worse", "same"],
)  # fmt: skip
def test_an_outcome_is_read_off_the_interval(changes, told):
    assert real_words.outcome(_row(**changes)) == told


def test_both_pages_say_what_was_found():
    rows = [_row(), _row(low=-0.3, high=-0.1)]
    told = real_words.page({"rows": rows, "trials": 1, "share": 0.5, "learners": "mlp"})
    assert "better than the field's in 1, worse in 1" in told
    case = {
        "table": {"rmse": CELL},
        "together": {"rmse": together("rmse", CELL)},
        "reads": [read(Read("rmse", "low", "high"), {"rmse": CELL})],
        "advice": [],
    }
    page = words.page({"classes": {"found": {"rare": case}}})
    assert "| low | **2** |" in page
    assert "| alike | 2\\* |" in page
    assert "low is better than high | yes" in page
