"""The linear learner solves every kind of target by any loss, with penalties that mean the same."""

import numpy as np
import pytest

import lossary
from lossary.lab.learners.linear import Linear
from lossary.lab.tasks.bench import Bench, Parts
from lossary.lab.tasks.folds import Split
from tests.lab.lessons import LOSSES, bench, judged, learnt, lesson

LINEAR = Linear()
KINDS = LOSSES | {"kinked": lossary.Quantile(level=0.5)}
OF = {"kinked": "regression", "uncertain": "regression", "against_the_rest": "multiclass",
      "border_by_border": "ordinal"}  # fmt: skip


def run(made, loss, penalty=1e-4, **more):
    given = lesson(made, loss, [{"penalty": penalty}], **more)
    return given, learnt(LINEAR, given)[0]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_target_is_learnt(name):
    given, found = run(bench(OF.get(name, name)), KINDS[name])
    trained, constant = judged(given, found)
    assert trained < 0.7 * constant
    assert found.tune.shape == (60, given.head.outputs)
    assert found.inner == given.referee.score(found.tune)
    assert not found.stopped


@pytest.mark.parametrize("name", ["regression", "kinked"])
def test_a_row_of_weight_two_counts_as_two_and_one_of_weight_zero_not_at_all(name):
    made, plain = bench("regression", weighted=True), bench("regression")
    rows, dense = made.split.train, made.dense
    times = made.weight(rows).astype(int)
    split = Split(0, 0, np.repeat(rows, times), made.split.tune, made.split.judge)
    again = Bench(plain.task, split)
    # scaled as before: quartiles of repeated rows are others
    again.__dict__["dense"] = Parts(np.repeat(dense.train, times, axis=0), dense.tune, dense.judge)
    one, other = run(made, KINDS[name])[1], run(again, KINDS[name])[1]
    assert np.allclose(one.judge, other.judge, rtol=1e-4)  # the median's valley is flat


@pytest.mark.parametrize("loss", [lossary.SquaredError(), lossary.AbsoluteError()],
                         ids=["smooth", "kinked"])  # fmt: skip
def test_the_same_penalty_shrinks_as_much_whatever_the_unit_of_the_loss(loss):
    made = bench("regression")
    one, other = run(made, loss, 0.3)[1], run(made, 1000.0 * loss, 0.3)[1]
    free = run(made, loss, 1e-6)[1]
    assert np.allclose(one.judge, other.judge, rtol=1e-5)
    assert one.judge.std() < 0.95 * free.judge.std()


def test_the_solution_is_that_of_least_squares():
    made = bench("regression")
    _, found = run(made, lossary.SquaredError(), 1e-9)
    design = np.column_stack([np.ones(180), made.dense.train])
    answer, *_ = np.linalg.lstsq(design, made.target(made.split.train))
    expected = np.column_stack([np.ones(60), made.dense.judge]) @ answer
    assert np.allclose(found.judge[:, 0], expected, rtol=1e-5)


def test_raw_outputs_of_a_loss_in_another_unit_are_in_the_target_s_own():
    made = bench("regression")
    huge = run(made, lossary.LogCosh(), unit=1e4)[1]  # so far in its bowl that it is a square
    square = run(made, lossary.SquaredError())[1]
    assert np.allclose(huge.judge, square.judge, rtol=1e-4)


def test_when_time_is_up_the_best_constant_has_to_do():
    made = bench("regression")
    given = lesson(made, lossary.SquaredError(), [{"penalty": 1e-3}])
    (found,) = learnt(LINEAR, given, cap=0.0)
    assert found.stopped == "capped"
    assert np.allclose(found.judge, made.target(made.split.train).mean())


def test_losses_that_see_all_rows_together_are_refused():
    assert "has no curvature" in LINEAR.refuses(lossary.Dice(), bench("binary").task)
    assert not LINEAR.refuses(lossary.BinaryCrossEntropy(), bench("binary").task)
