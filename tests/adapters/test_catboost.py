"""CatBoost trained by any loss: scale, start, weights, leaves, judgement and stopping."""

from threading import Thread

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoost
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import r2_score, roc_auc_score

import lossary
from lossary.adapters.catboost import Classifier, Regressor, training
from lossary.adapters.catboost.turns import Turns

DIABETES, CANCER, IRIS = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_iris)
)
ULPS = 1e-12  # double precision: thousands of roundings of 1e-16
AMOUNTS = [
    lossary.Quantile(level=0.9),
    lossary.TweedieDeviance(power=1.3),
    lossary.SquaredLogarithmicError(),
    lossary.GaussianNLL(),
    lossary.AbsolutePercentageError(),
    0.5 * lossary.Quantile(level=0.8) + 0.1 * lossary.HalfSquaredError(),
]
CLASSES = [None, lossary.SigmoidFocal(), lossary.Hinge()]
QUIET = {"silent": True, "allow_writing_files": False, "thread_count": 1}
SMALL = {"iterations": 6, "depth": 3, "learning_rate": 0.3, "l2_leaf_reg": 1e-6} | QUIET
PLAIN = {"bootstrap_type": "No", "random_strength": 0.0}
"""Nothing is drawn at random, so that other rows with the same sums grow the same trees."""
MODELS = {
    **{repr(loss): (Regressor(loss, **SMALL), DIABETES) for loss in AMOUNTS},
    **{f"classes {loss!r}": (Classifier(loss, **SMALL), IRIS) for loss in CLASSES},
    "two classes": (Classifier(**SMALL), CANCER),
}


@pytest.fixture(params=MODELS)
def asked(request):
    """Return a model to fit, features and targets."""
    model, (features, target) = MODELS[request.param]
    return clone(model), features, target


@pytest.fixture
def fitted(asked):
    """Return a fitted model, its features and targets."""
    model, features, target = asked
    return model.fit(features, target), features, target


def _raw(model, features, rounds=0):
    return model.predict(features, "RawFormulaVal", ntree_end=rounds)


def _defined(model, raw, target, weight=None):
    """Return the loss of raw scores by its definition."""
    objective = model.objective_
    with lossary.use_kernels(False):
        return objective.value(raw, objective.encoded(target), weight)


def test_catboost_s_own_model_holds_the_start_the_leaves_and_all_else(fitted, tmp_path):
    model, features, _ = fitted
    model.save_model(str(tmp_path / "model.cbm"))
    native = CatBoost().load_model(str(tmp_path / "model.cbm"))
    np.testing.assert_array_equal(native.predict(features), _raw(model, features))


def test_boosting_begins_at_the_best_constant(fitted):
    model, features, target = fitted
    shape = (len(target),) if len(model.start_) == 1 else (len(target), len(model.start_))

    def at(start):
        return _defined(model, np.broadcast_to(start, shape).copy(), target)

    least = at(model.start_)
    for place in range(len(model.start_)):
        for step in (-1e-2, 1e-2):
            other = model.start_.astype(float).copy()
            other[place] += step
            assert at(other) >= least
    bias = model.get_scale_and_bias()[1]
    np.testing.assert_array_equal(np.atleast_1d(bias), model.start_)
    said = model.get_evals_result()["learn"][model.judge.label]
    first = _defined(model, _raw(model, features, 1), target)
    assert said[0] == pytest.approx(first, rel=ULPS)
    assert first < least


def test_each_round_brings_the_loss_down(fitted):
    model, features, target = fitted
    losses = [_defined(model, _raw(model, features, rounds), target) for rounds in (1, 3, 6)]
    start = np.broadcast_to(model.start_, _raw(model, features).reshape(len(target), -1).shape)
    first = _defined(model, start.reshape(_raw(model, features).shape).copy(), target)
    assert [first, *losses] == sorted([first, *losses], reverse=True)
    assert losses[-1] < 0.96 * first or first < 0


def test_amounts_come_out_in_the_units_of_the_target():
    features, target = DIABETES
    settings = {"iterations": 30, "learning_rate": 0.3} | QUIET
    for loss in (lossary.TweedieDeviance(), lossary.PoissonNLL(), lossary.HalfSquaredError()):
        said = Regressor(loss, **settings).fit(*DIABETES).predict(features)
        # Losses of a mean keep the mean of the rows they were trained on, but for l2_leaf_reg.
        assert said.mean() == pytest.approx(target.mean(), rel=0.02)
    model = Regressor(lossary.Quantile(level=0.9), **settings).fit(*DIABETES)
    assert (target <= model.predict(features)).mean() == pytest.approx(0.9, abs=0.03)


def test_gaussian_nll_learns_how_sure_it_may_be():
    rng = np.random.default_rng(0)
    features = rng.uniform(-1, 1, size=(3000, 2))
    spread = np.exp(features[:, 1])
    target = 4 * features[:, 0] + spread * rng.normal(size=len(features))
    model = Regressor(lossary.GaussianNLL(), iterations=120, depth=3, learning_rate=0.1, **QUIET)
    mean, deviation = model.fit(features, target).predict(features, return_std=True)
    assert np.abs(mean - 4 * features[:, 0]).mean() < 0.4
    # The trees fit some of the noise, so that the deviations are a little small.
    assert np.abs(np.log(deviation / spread)).mean() < 0.25
    with pytest.raises(lossary.errors.ArgumentError, match="GaussianNLL"):
        Regressor(**SMALL).fit(features, target).predict(features, return_std=True)


WEIGHTS = np.random.default_rng(5).integers(0, 4, size=150)


def test_a_weight_of_two_is_the_row_twice_and_zero_is_none(asked):
    model, *data = asked
    # CatBoost binds leaves by l2_leaf_reg times the mean weight, so that none must bind them here;
    # and it bins features without weights, so that they must have few different values.
    model.set_params(**PLAIN, l2_leaf_reg=0.0)
    features = np.round(data[0][::2][: len(WEIGHTS)] / data[0].std(axis=0), 1)
    target, weight = data[1][::2][: len(WEIGHTS)], WEIGHTS[: len(features)].astype(float)
    again, times = clone(model), weight.astype(int)
    model.fit(features, target, sample_weight=weight)
    again.fit(features.repeat(times, axis=0), target.repeat(times))
    np.testing.assert_allclose(model.start_, again.start_, rtol=1e-9)
    felt = times > 0  # other rows may lie where no row of any weight does
    said, twice = (_raw(each, features)[felt] for each in (model, again))
    np.testing.assert_allclose(said, twice, rtol=1e-7, atol=1e-7)  # float32 targets of squares


def test_what_has_no_weight_is_not_felt_even_where_it_is_no_number():
    features, target = DIABETES
    weight = np.where(np.arange(len(target)) % 5 == 0, 0.0, 2.0)
    for loss in (lossary.Quantile(level=0.7), lossary.TweedieDeviance(), lossary.GaussianNLL()):
        clean, holed = (
            Regressor(loss, **SMALL).fit(features, given, sample_weight=weight)
            for given in (target, np.where(weight > 0, target, np.nan))
        )
        np.testing.assert_array_equal(clean.predict(features), holed.predict(features))


@pytest.mark.parametrize(
    ("given", "each"),
    [
        ({"class_weights": [1.0, 3.0]}, [1.0, 3.0]),
        ({"class_weights": {"ill": 2.0, "well": 0.5}}, [2.0, 0.5]),
        ({"scale_pos_weight": 3.0}, [1.0, 3.0]),
        ({"auto_class_weights": "Balanced"}, [357 / 212, 1.0]),
        ({"auto_class_weights": "SqrtBalanced"}, [(357 / 212) ** 0.5, 1.0]),
        ({"auto_class_weights": "None"}, [1.0, 1.0]),
    ],
    ids=str,
)
def test_a_weight_of_a_class_is_that_of_its_rows(given, each):
    features, target = CANCER
    names = np.array(["ill", "well"])[target]
    balanced = Classifier(**given, **SMALL).fit(features, names)
    weighed = Classifier(**SMALL).fit(features, names, sample_weight=np.array(each)[target])
    np.testing.assert_allclose(balanced.start_, weighed.start_, rtol=ULPS)
    np.testing.assert_allclose(_raw(balanced, features), _raw(weighed, features), rtol=1e-9)


REFITTED = [
    lossary.Quantile(level=0.9),
    lossary.AbsoluteError(),
    lossary.AbsolutePercentageError(),
    2.0 * lossary.Quantile(level=0.2) + 1.0 * lossary.AbsoluteError(),
]


@pytest.mark.parametrize("policy", ["SymmetricTree", "Depthwise", "Lossguide"])
@pytest.mark.parametrize("loss", REFITTED, ids=repr)
@pytest.mark.parametrize("weighed", [True, False], ids=["weighed", "bare"])
def test_a_leaf_is_given_what_is_best_for_its_rows(loss, policy, weighed):
    features, target = DIABETES
    weight = np.ones(len(target))
    if weighed:
        weight = np.random.default_rng(0).uniform(0, 2, size=len(target))
    settings = {"iterations": 2, "depth": 6, "grow_policy": policy, "learning_rate": 1.0}
    given = weight if weighed else None
    model = Regressor(loss, **settings, **QUIET).fit(features, target, sample_weight=given)
    before, after = (_raw(model, features, rounds) for rounds in (1, 2))
    leaf = model.calc_leaf_indexes(features)[:, 1]
    assert len(np.unique(leaf)) > 4
    for place in np.unique(leaf):
        own = leaf == place
        given = _defined(model, after[own], target[own], weight[own])
        # The best value moves some row of the leaf onto its target.
        others = [
            _defined(model, before[own] + step, target[own], weight[own])
            for step in (target - before)[own]
        ]
        assert given == pytest.approx(min(others), rel=1e-9)


def test_leaves_of_each_class_against_the_rest_are_fitted_again():
    features, target = IRIS
    settings = {"iterations": 1, "depth": 2, "learning_rate": 1.0}
    model = Classifier(lossary.Hinge(), **settings, **QUIET).fit(features, target)
    raw, leaf = _raw(model, features), model.calc_leaf_indexes(features)[:, 0]
    # From the best constant -1, a leaf's best value is -1 or 1: most of its rows decide.
    for place in range(3):
        for one in np.unique(leaf):
            own = leaf == one
            share = (target[own] == place).mean()
            assert share == 0.5 or set(np.sign(raw[own, place])) == {1.0 if share > 0.5 else -1.0}


def test_a_row_in_a_leaf_that_no_training_row_is_in_is_not_moved():
    features = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], 20, axis=0)
    target = np.repeat([0.0, 5.0, 9.0], 20) + np.tile(np.linspace(0, 1, 20), 3)
    loss = lossary.Quantile(level=0.8)  # no leaf's is the quantile of all
    model = Regressor(loss, iterations=1, depth=2, learning_rate=1.0, **PLAIN, **QUIET)
    held, asked = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 2.0])
    model.fit(features, target, eval_set=(held, asked), use_best_model=False)
    said = model.predict(held)
    assert said[0] == model.start_[0] != said[1]
    told = model.evals_result_["validation"]["Quantile"][-1]
    assert told == pytest.approx(float(loss(said, asked)), rel=1e-12)


def test_the_judgement_of_a_round_is_that_of_its_predictions(fitted):
    model, features, target = fitted
    held = slice(None, None, 3)
    watched = [(features[held], target[held]), (features, target)]
    model.fit(features, target, eval_set=watched, use_best_model=False)
    said = model.evals_result_
    assert said["learn"] == said["validation_1"]
    for name, rows in (("validation_0", held), ("validation_1", slice(None))):
        for rounds, value in enumerate(said[name][model.judge.label], start=1):
            raw = _raw(model, features[rows], rounds)
            assert value == pytest.approx(_defined(model, raw, target[rows]), rel=1e-9)


def test_training_stops_early_by_the_loss_and_answers_from_the_best_round(asked, capsys):
    model, features, target = asked
    model.set_params(iterations=400)
    held = features[1::2], target[1::2]
    given = {name: v for name, v in model.get_params().items() if name != "silent"}
    model = type(model)(**given).fit(
        features[::2], target[::2], eval_set=held, early_stopping_rounds=3, verbose=5
    )
    said = model.evals_result_["validation"][model.judge.label]
    assert len(said) < 400
    assert model.best_iteration_ == np.argmin(said) == len(said) - 4
    assert model.best_score_["validation"][model.judge.label] == min(said)
    assert model.tree_count_ == model.best_iteration_ + 1
    value = _defined(model, _raw(model, held[0]), held[1])
    assert value == pytest.approx(min(said), rel=1e-9)
    assert f"test: {said[5]:.7f}" in capsys.readouterr().out


def test_another_loss_may_judge_on_its_own_scale():
    features, target = DIABETES
    judge = lossary.AbsoluteError()
    model = Regressor(lossary.TweedieDeviance(), eval_metric=judge, **SMALL)
    model.fit(features, target, eval_set=[(features, target)])
    said = model.evals_result_["validation"]["AbsoluteError"][-1]
    assert said == pytest.approx(float(judge(model.predict(features), target)), rel=1e-9)


def test_a_metric_may_judge_and_may_be_to_grow():
    features, target = CANCER
    held = slice(None, None, 2)
    model = Classifier(eval_metric=roc_auc_score, greater_is_better=True, **SMALL)
    model.fit(features, target, eval_set=(features[held], target[held]))
    said = model.evals_result_["validation"]["roc_auc_score"]
    assert model.best_iteration_ == np.argmax(said)
    now = roc_auc_score(target[held], model.predict_proba(features[held])[:, 1])
    assert now == pytest.approx(max(said), rel=1e-9)
    for loss in (lossary.Quantile(), lossary.GaussianNLL()):
        other = Regressor(loss, eval_metric=r2_score, greater_is_better=True, **SMALL)
        other.fit(*DIABETES, eval_set=DIABETES)
        score = r2_score(DIABETES[1], other.predict(DIABETES[0]))
        assert other.best_score_["validation"]["r2_score"] == pytest.approx(score, rel=1e-9)


def test_what_goes_wrong_in_a_metric_is_told_as_it_is():
    def wrong(target, prediction):
        raise KeyError("nothing of that name")

    for loss in (None, lossary.Quantile(), lossary.GaussianNLL()):
        with pytest.raises(KeyError, match="nothing of that name"):
            Regressor(loss, eval_metric=wrong, **SMALL).fit(*DIABETES)
    with pytest.raises(lossary.errors.ArgumentError, match="nothing is NaN for raw scores"):
        Regressor(eval_metric=_nothing, **SMALL).fit(*DIABETES)


def _nothing(target, prediction):
    return float("nan")


_nothing.__name__ = "nothing"


@pytest.mark.parametrize("loss", [None, lossary.Quantile(), lossary.GaussianNLL()], ids=repr)
def test_the_log_is_as_loud_as_it_is_asked_to_be(loss, capsys):
    settings = SMALL | {"l2_leaf_reg": 1e-9}
    Regressor(loss, **settings).fit(*DIABETES)
    assert capsys.readouterr().out == ""
    del settings["silent"]
    model = Regressor(loss, **settings).fit(*DIABETES, metric_period=5)
    lines = [line for line in capsys.readouterr().out.splitlines() if "learn" in line]
    assert [line.partition(":")[0] for line in lines] == ["0", "5"]
    last = model.evals_result_["learn"][model.judge.label][-1]
    assert f"learn: {last:.7f}" in lines[-1]
    assert last == pytest.approx(_defined(model, _raw(model, DIABETES[0]), DIABETES[1]), rel=1e-9)


@pytest.mark.parametrize("loss", [None, lossary.Quantile(), lossary.GaussianNLL()], ids=repr)
def test_a_callback_sees_each_round_and_may_end_training(loss):
    seen = []

    class Short:
        def after_iteration(self, info):
            seen.append((info.iteration, len(next(iter(info.metrics["learn"].values())))))
            return info.iteration < 3

    model = Regressor(loss, **SMALL).fit(*DIABETES, callbacks=[Short()])
    assert seen == [(1, 1), (2, 2), (3, 3)]
    assert model.tree_count_ == 3


def test_each_stage_is_the_model_of_so_many_trees(fitted):
    model, features, _ = fitted
    for rounds, said in enumerate(model.staged_predict(features), start=1):
        now = model.predict(features, ntree_end=rounds)
        assert (said == now).all() if said.dtype.kind != "f" else np.allclose(said, now, ULPS)
    assert rounds == model.tree_count_
    if hasattr(model, "predict_proba"):
        *_, last = model.staged_predict_proba(features)
        np.testing.assert_allclose(last, model.predict_proba(features), atol=1e-12)
        *_, last = model.staged_predict_log_proba(features)
        np.testing.assert_allclose(last, model.predict_log_proba(features), atol=1e-9)


def test_classes_may_have_any_names():
    features, target = IRIS
    names = np.array(["setosa", "versicolor", "virginica"])[target]
    model = Classifier(**SMALL).fit(features, names)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert (model.predict(features) == names).mean() > 0.95
    assert model.score(features, names) == (model.predict(features) == names).mean()
    np.testing.assert_allclose(model.predict_proba(features).sum(axis=1), 1, atol=1e-12)


def _shop():
    """Return rows whose target hangs on a category with many values, to train on and to ask."""
    rng = np.random.default_rng(0)
    effect, frames = 3 * rng.normal(size=40), []
    for _ in range(2):
        frame = pd.DataFrame(rng.normal(size=(800, 2)), columns=["a", "b"])
        place = rng.integers(0, 40, size=800)
        frame["shop"] = place.astype(str)
        frames.append((frame, frame["a"] + effect[place] + rng.normal(size=800)))
    return frames


@pytest.mark.parametrize(
    ("loss", "one_hot"),
    [(None, 2), (lossary.Quantile(level=0.8), 2), (lossary.AbsoluteError(), 2)],
    ids=str,
)
def test_categories_are_told_by_statistics_of_the_targets(loss, one_hot):
    (features, target), (held, asked) = _shop()
    settings = {"iterations": 40, "learning_rate": 0.3, "cat_features": ["shop"]} | QUIET
    model = Regressor(loss, **settings, one_hot_max_size=one_hot).fit(
        features, target, eval_set=(held, asked), use_best_model=False
    )
    assert dict(zip(features.columns, model.feature_importances_, strict=True))["shop"] > 40
    raw = _raw(model, held)
    said = model.evals_result_["validation"][model.judge.label][-1]
    assert said == pytest.approx(_defined(model, raw, asked), rel=1e-6)  # float32 labels
    start = np.full(len(asked), model.start_[0])
    assert said < 0.7 * _defined(model, start, asked)


def test_several_raw_scores_tell_categories_apart_one_by_one():
    (features, target), (held, asked) = _shop()
    kinds, asked = (np.digitize(each, [-2, 2]) for each in (target, asked))
    model = Classifier(iterations=30, learning_rate=0.5, cat_features=["shop"], **QUIET)
    assert model.fit(features, kinds).score(held, asked) > 0.6 > np.bincount(asked).max() / 800
    features["shop"] = np.arange(800).astype(str)
    with pytest.raises(lossary.errors.ArgumentError, match="at most 255, but 'shop' has 800"):
        model.fit(features, kinds)


def test_rows_that_miss_a_feature_are_told_apart():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 2))
    missing = rng.random(500) < 0.3
    features[missing, 0] = np.nan
    target = 10.0 * missing + 1.0 * rng.random(500)
    for loss in (None, lossary.AbsoluteError(), lossary.GaussianNLL()):
        model = Regressor(loss, iterations=40, learning_rate=0.3, **QUIET).fit(features, target)
        assert np.abs(model.predict(features) - 10 * missing).mean() < 1


def test_frames_and_lists_say_the_same_as_arrays():
    features, target = DIABETES
    for loss in (lossary.HalfSquaredError(), lossary.Quantile(level=0.9), lossary.GaussianNLL()):
        model = Regressor(loss, **SMALL | {"l2_leaf_reg": 1e-9})
        said = model.fit(features, target).predict(features)
        frame = pd.DataFrame(features, columns=[f"column {i}" for i in range(10)])
        for other in (frame, features.tolist(), np.asfortranarray(features)):
            again = clone(model).fit(other, pd.Series(target)).predict(other)
            np.testing.assert_array_equal(again, said)


def test_every_thread_gets_its_turn():
    turns, taken = Turns(), []

    def ask(name):
        for _ in range(300):
            turns.take()
            taken.append(name)

    threads = [Thread(target=ask, args=[name], daemon=True) for name in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    assert sorted(taken) == sorted(list(range(4)) * 300)


@pytest.mark.parametrize("loss", [None, lossary.PoissonNLL(), lossary.Huber(delta=20.0)], ids=str)
def test_constraints_hold_and_answers_rise(loss):
    features, target = DIABETES
    rises = [0, 0, 1] + [0] * 7
    model = Regressor(loss, monotone_constraints=rises, **SMALL).fit(features, target)
    steps = np.linspace(features[:, 2].min(), features[:, 2].max(), 20)
    said = [
        model.predict(np.column_stack([features[:, :2], np.full(442, step), features[:, 3:]]))
        for step in steps
    ]
    assert np.diff(said, axis=0).min() >= 0
    assert np.ptp(said, axis=0).max() > 0


def test_the_number_of_threads_changes_no_tree():
    features, target = DIABETES
    for loss in (lossary.HalfSquaredError(), lossary.Quantile(level=0.9), lossary.GaussianNLL()):
        one, two = (
            Regressor(loss, **SMALL | {"thread_count": count, "l2_leaf_reg": 1e-9})
            .fit(np.tile(features, (8, 1)), np.tile(target, 8))
            .predict(features)
            for count in (1, 2)
        )
        np.testing.assert_allclose(one, two, rtol=1e-9)


def test_where_there_is_nothing_to_learn_there_is_nothing_to_tell():
    features = DIABETES[0]
    for loss in (None, lossary.AbsoluteError(), lossary.PoissonNLL()):
        model = Regressor(loss, **SMALL).fit(features, np.full(442, 0.1))
        np.testing.assert_allclose(model.predict(features), 0.1, rtol=1e-6)


SMOOTH = {
    "squared": (Regressor(**SMALL), DIABETES),
    "tweedie": (Regressor(lossary.TweedieDeviance(), **SMALL), DIABETES),
    "classes": (Classifier(**SMALL), CANCER),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_are_the_same_handed_out_or_computed_when_asked_for(name, monkeypatch):
    model, (features, target) = SMOOTH[name]
    weight = np.random.default_rng(0).uniform(0, 2, size=len(target))
    said = clone(model).fit(features, target, sample_weight=weight).predict(features)
    monkeypatch.setattr(training, "_steady", lambda run: False)
    again = clone(model).fit(features, target, sample_weight=weight).predict(features)
    np.testing.assert_array_equal(said, again)


@pytest.mark.parametrize("name", SMOOTH)
def test_more_rows_than_can_be_counted_are_known_by_their_targets(name, monkeypatch):
    model, (features, target) = SMOOTH[name]
    weight = np.random.default_rng(0).uniform(0, 2, size=len(target))
    held = features[::3], target[::3]
    one, other = clone(model), clone(model)
    one.fit(features, target, sample_weight=weight, eval_set=held)
    monkeypatch.setattr(training, "MOST", len(target) - 1)
    other.fit(features, target, sample_weight=weight, eval_set=held)
    # CatBoost keeps targets and weights in single precision.
    np.testing.assert_allclose(_raw(one, features), _raw(other, features), rtol=1e-5)
    said, again = (each.evals_result_["validation"][one.judge.label] for each in (one, other))
    np.testing.assert_allclose(said, again, rtol=1e-5)


def test_leaves_cannot_be_fitted_again_where_rows_cannot_be_counted(monkeypatch):
    monkeypatch.setattr(training, "MOST", 441)
    with pytest.raises(lossary.errors.ArgumentError, match="CatBoost can count: at most 441"):
        Regressor(lossary.Quantile(), **SMALL).fit(*DIABETES)
