"""Trees learn every kind of target by any loss, and the metric alone says when to stop."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

import lossary
from lossary.lab.learners.lightgbm import LightGBM
from lossary.lab.learners.xgboost import XGBoost
from lossary.lab.tasks.bench import Bench
from lossary.lab.tasks.folds import Split
from tests.lab.lessons import LOSSES, bench, default, judged, learnt, lesson

HUBER = lossary.Huber(delta=3.0)
HOSTS = {"lightgbm": LightGBM(), "xgboost": XGBoost()}
KINDS = LOSSES | {"level_number": lossary.AbsoluteError()}
OF = {"kinked": "regression", "uncertain": "regression", "against_the_rest": "multiclass",
      "level_number": "ordinal", "border_by_border": "ordinal"}  # fmt: skip


@pytest.fixture(params=HOSTS, name="host")
def _host(request):
    return HOSTS[request.param]


def run(host, made, loss, steps=40, cap=float("inf"), **more):
    setting = default(host, made.task, learning_rate=0.2, **more)
    given = lesson(made, loss, [setting])
    return given, learnt(host, given, steps, cap)[0]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_target_is_learnt(host, name):
    made = bench(OF.get(name, name))
    given, found = run(host, made, KINDS[name], 25)
    trained, constant = judged(given, found)
    assert trained < 0.8 * constant
    assert found.tune.shape == (60, given.head.outputs)
    assert found.judge.shape == (60, given.head.outputs)
    assert found.inner == given.referee.score(found.tune)


def test_the_same_lesson_gives_the_same_numbers_bit_for_bit(host):
    several = [run(host, bench("regression"), HUBER, subsample=0.7)[1]
               for _ in range(2)]  # fmt: skip
    assert np.array_equal(several[0].judge, several[1].judge)
    assert several[0].curve == several[1].curve


@pytest.mark.parametrize("loss", [lossary.SquaredError(), lossary.AbsoluteError()],
                         ids=["smooth", "kinked"])  # fmt: skip
def test_a_row_of_weight_two_counts_as_two_and_one_of_weight_zero_not_at_all(host, loss):
    made, plain = bench("regression", weighted=True), bench("regression")
    rows = made.split.train
    twice = np.repeat(rows, made.weight(rows).astype(int))
    again = Bench(plain.task, Split(0, 0, twice, made.split.tune, made.split.judge))
    # leaves of one row, so that what counts are rows and not their weights
    more = {"min_child_samples": 1.0} if host.name == "lightgbm" else {}
    _, weighed = run(host, made, loss, 5, **more)
    _, repeated = run(host, again, loss, 5, **more)
    starts = [each.curve[0].metric for each in (weighed, repeated)]
    assert starts[0] == pytest.approx(starts[1], rel=1e-6)
    near = np.abs(weighed.judge - repeated.judge).mean()  # bins are cut by rows, not by weights
    assert near < 0.15 * np.std(repeated.judge)


def test_the_metric_and_not_the_loss_chooses_the_round(host):
    made = bench("regression")
    setting = default(host, made.task, learning_rate=0.3)
    middle = 103.0

    def score(raw):  # best where tuned rows are answered by 103 on average, which loss ignores
        return abs(float(raw.mean()) - middle) + 1.0

    given = lesson(made, lossary.SquaredError(), [setting], score=score)
    (found,) = learnt(host, given, 40, checks=40)
    metrics, losses = zip(*((each.metric, each.loss) for each in found.curve), strict=True)
    assert found.inner == min(metrics) == score(found.tune)
    assert found.step == found.curve[int(np.argmin(metrics))].step
    assert int(np.argmin(losses)) == len(losses) - 1  # what trains falls to the end
    assert found.step < found.curve[-1].step


def test_where_no_round_is_better_the_constant_is_kept_and_growing_ends(host):
    made = bench("regression")
    setting = default(host, made.task, learning_rate=0.3)
    given = lesson(made, lossary.SquaredError(), [setting], score=lambda raw: float(raw.std()))
    (found,) = learnt(host, given, 200, checks=200)
    assert found.step == 0
    assert np.ptp(found.judge) == 0
    assert found.curve[-1].step == 20  # six times what a learning rate of 0.3 takes


def test_a_trial_ends_when_its_time_is_up(host):
    _, found = run(host, bench("regression"), lossary.SquaredError(), 300, cap=0.0)
    assert found.stopped == "capped"
    assert found.curve[-1].step <= 30


def test_raw_outputs_of_a_loss_in_another_unit_are_in_the_target_s_own(host):
    made, setting = bench("regression"), default(host, bench("regression").task)
    given = lesson(made, lossary.LogCosh(), [setting], unit=4.0)
    (found,) = learnt(host, given, 40)
    trained, constant = judged(given, found)
    assert trained < 0.6 * constant


def test_a_factor_on_the_loss_changes_nothing_though_penalties_are_there(host):
    _, one = run(host, bench("regression"), lossary.SquaredError(), reg_lambda=30.0)
    _, other = run(host, bench("regression"), 64.0 * lossary.SquaredError(), reg_lambda=30.0)
    assert np.allclose(one.judge, other.judge, rtol=1e-6)  # hosts round slopes to single precision


def test_where_a_slope_jumps_every_leaf_is_its_rows_median(host):
    made = bench("regression")
    split = Split(0, 0, made.split.train, made.split.tune, made.split.train)
    made = Bench(made.task, split)
    setting = default(host, made.task, learning_rate=1.0)
    given = lesson(made, lossary.AbsoluteError(), [setting], score=lambda raw: -float(raw.std()))
    (found,) = learnt(host, given, 1)
    leaf, target = found.judge[:, 0], made.target(split.train)
    assert found.step == 1
    assert len(np.unique(leaf)) > 3
    for value in np.unique(leaf):
        median = np.median(target[leaf == value])
        assert value == pytest.approx(median, rel=1e-5)  # XGBoost holds single precision


@pytest.mark.parametrize("kind", ["regression", "count"])
def test_the_adapter_s_estimator_grows_the_same_trees_from_plain_parameters(host, kind):
    made, loss = bench(kind, weighted=True), {"count": lossary.PoissonNLL()}.get(kind, HUBER)
    given, found = run(host, made, loss, 20, reg_lambda=20.0)
    estimator = import_module(f"lossary.adapters.{host.name}").Regressor(loss)
    estimator.set_params(**host.plain(given, 0, found.step))
    kinds = {"categorical_feature": made.trees.train.coded} if host.name == "lightgbm" else {}
    if host.name == "xgboost":
        estimator.set_params(feature_types=["q", "q", "c"])
    rows = made.split.train
    weight = made.weight(rows)
    frames = [pd.DataFrame(each.values, columns=["number", "noise", "place"])
              for each in (made.trees.train, made.trees.judge)]  # fmt: skip
    estimator.fit(frames[0], made.target(rows), sample_weight=weight, **kinds)
    answer = given.head.answer(found.judge).value
    # slopes and penalties round in other places than both of them divided
    assert np.allclose(estimator.predict(frames[1]), answer, rtol=1e-4)


def test_losses_that_see_all_rows_together_are_refused(host):
    said = host.refuses(lossary.RootMeanSquaredError(), bench("regression").task)
    assert "RootMeanSquaredError has no curvature for each entry" in said
    assert not host.refuses(lossary.SquaredError(), bench("regression").task)
    assert "is for classes" in host.refuses(lossary.CrossEntropy(), bench("regression").task)


def test_gaps_stay_and_a_kind_that_training_never_saw_is_one():
    made = bench("regression")
    north = made.task.features["place"].to_numpy() == "north"
    rows = made.split.train
    split = Split(0, 0, rows[~north[rows]], made.split.tune, made.split.judge)
    trees = Bench(made.task, split).trees
    assert trees.train.coded == [2]
    assert set(np.unique(trees.train.values[:, 2])) == {0.0, 1.0}
    assert np.array_equal(np.isnan(trees.tune.values[:, 2]), north[split.tune])
    gaps = made.task.features["noise"].isna().to_numpy()
    assert np.array_equal(np.isnan(trees.tune.values[:, 1]), gaps[split.tune])
