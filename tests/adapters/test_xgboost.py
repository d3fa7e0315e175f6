"""XGBoost trained by any loss: scale, start, weights, leaves, judgement and stopping."""

import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

import lossary
from lossary.adapters.xgboost import Classifier, Regressor
from lossary.adapters.xgboost.model import RECENT, page_of, trees_of

DIABETES, CANCER, IRIS = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_iris)
)
ULPS = 2e-6  # single precision: some twenty roundings of 1e-7
AMOUNTS = [
    lossary.Quantile(level=0.9),
    lossary.TweedieDeviance(power=1.3),
    lossary.SquaredLogarithmicError(),
    lossary.GaussianNLL(),
    lossary.AbsolutePercentageError(),
    0.5 * lossary.Quantile(level=0.8) + 0.1 * lossary.HalfSquaredError(),
]
CLASSES = [None, lossary.SigmoidFocal(), lossary.Hinge()]
SMALL = {"min_child_weight": 1e-6, "reg_lambda": 1e-6}  # a row of GaussianNLL curves by some 1e-4


MODELS = {
    **{repr(loss): (Regressor(loss, **SMALL), DIABETES) for loss in AMOUNTS},
    **{f"classes {loss!r}": (Classifier(loss), IRIS) for loss in CLASSES},
}


@pytest.fixture(params=MODELS)
def asked(request):
    """Return a model to fit, features and targets."""
    model, (features, target) = MODELS[request.param]
    return clone(model).set_params(n_estimators=6, max_depth=3), features, target


@pytest.fixture
def fitted(asked):
    """Return a fitted model, its features and targets."""
    model, features, target = asked
    return model.fit(features, target), features, target


def _native(model, features):
    """Return what XGBoost's own model says without us: raw scores."""
    return model.get_booster().predict(xgboost.DMatrix(features), iteration_range=_best(model))


def _best(model):
    best = model.get_booster().attr("best_iteration")
    return (0, 0) if best is None else (0, int(best) + 1)


def _defined(model, raw, target, weight=None):
    """Return the loss of raw scores by its definition."""
    objective = model.objective_
    with lossary.use_kernels(False):
        return objective.value(raw, objective.encoded(target), weight)


def test_xgboost_s_own_model_holds_the_start_the_leaves_and_all_else(fitted):
    model, features, _ = fitted
    np.testing.assert_array_equal(
        _native(model, features), model.predict(features, output_margin=True)
    )


def test_xgboost_s_contributions_of_features_add_up_to_the_score(fitted):
    model, features, _ = fitted
    parts = model.get_booster().predict(xgboost.DMatrix(features), pred_contribs=True)
    raw = model.predict(features, output_margin=True)
    np.testing.assert_allclose(parts.sum(axis=-1), raw, rtol=10 * ULPS, atol=10 * ULPS)
    np.testing.assert_allclose(model.intercept_, model.start_, rtol=1e-6)


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
    none = type(model)(model.loss, n_estimators=1, gamma=1e30)
    with pytest.warns(lossary.errors.SuspicionWarning, match="no tree has split"):
        none.fit(features, target)
    assert np.ptp(none.predict(features, output_margin=True), axis=0).max() == 0


def test_each_round_brings_the_loss_down(fitted):
    model, features, target = fitted
    raw = [
        model.predict(features, output_margin=True, iteration_range=(0, rounds))
        for rounds in (1, 3, 6)
    ]
    start = np.broadcast_to(model.start_, raw[0].reshape(len(target), -1).shape)
    losses = [_defined(model, each, target) for each in [start.reshape(raw[0].shape).copy(), *raw]]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.95 * losses[0] or losses[0] < 0


def test_amounts_come_out_in_the_units_of_the_target():
    features, target = DIABETES
    for loss in (lossary.TweedieDeviance(), lossary.PoissonNLL(), lossary.HalfSquaredError()):
        said = Regressor(loss, n_estimators=20, learning_rate=0.3).fit(*DIABETES).predict(features)
        # Losses of a mean keep the mean of the rows they were trained on, but for reg_lambda.
        assert said.mean() == pytest.approx(target.mean(), rel=0.01)
    level = (
        target <= Regressor(lossary.Quantile(level=0.9)).fit(*DIABETES).predict(features)
    ).mean()
    assert level == pytest.approx(0.9, abs=0.03)


def test_gaussian_nll_learns_how_sure_it_may_be():
    rng = np.random.default_rng(0)
    features = rng.uniform(-1, 1, size=(4000, 2))
    spread = np.exp(features[:, 1])
    target = 10 * features[:, 0] + spread * rng.normal(size=len(features))
    model = Regressor(lossary.GaussianNLL(), n_estimators=150, max_depth=3, learning_rate=0.1)
    mean, deviation = model.fit(features, target).predict(features, return_std=True)
    assert np.abs(mean - 10 * features[:, 0]).mean() < 0.4
    # 150 trees fit some of the noise, so that the deviations are a little small.
    assert np.abs(np.log(deviation / spread)).mean() < 0.25
    with pytest.raises(lossary.errors.ArgumentError, match="GaussianNLL"):
        Regressor(n_estimators=1).fit(features, target).predict(features, return_std=True)


WEIGHTS = np.random.default_rng(5).integers(0, 4, size=200)


def test_a_weight_of_two_is_the_row_twice_and_zero_is_none(asked):
    model, *data = asked
    # Few different values, so that weights move no bin's edge.
    features = np.round(data[0][::2][: len(WEIGHTS)] / data[0].std(axis=0), 1)
    target, weight = data[1][::2][: len(WEIGHTS)], WEIGHTS[: len(features)].astype(float)
    model.fit(features, target, sample_weight=weight)
    said, start = model.predict(features, output_margin=True), model.start_
    times = weight.astype(int)
    model.fit(features.repeat(times, axis=0), target.repeat(times))
    np.testing.assert_allclose(model.start_, start, rtol=1e-6)
    again = model.predict(features, output_margin=True)
    np.testing.assert_allclose(again, said, rtol=20 * ULPS, atol=20 * ULPS)


def test_what_has_no_weight_is_not_felt_even_where_it_is_no_number():
    features, target = DIABETES
    weight = np.where(np.arange(len(target)) % 5 == 0, 0.0, 2.0)
    for loss in (lossary.Quantile(level=0.7), lossary.TweedieDeviance()):
        clean, holed = (
            Regressor(loss, n_estimators=5).fit(features, given, sample_weight=weight)
            for given in (target, np.where(weight > 0, target, np.nan))
        )
        np.testing.assert_array_equal(clean.predict(features), holed.predict(features))


def test_scale_pos_weight_is_a_weight():
    features, target = CANCER
    scaled = Classifier(n_estimators=5, scale_pos_weight=3).fit(features, target)
    start = np.log(3 * (target == 1).sum() / (target == 0).sum())
    assert scaled.start_[0] == pytest.approx(start, rel=1e-9)
    # XGBoost takes it for the slopes alone, as here: its own start is another.
    theirs = xgboost.XGBClassifier(n_estimators=5, scale_pos_weight=3)
    theirs.set_params(base_score=1 / (1 + np.exp(-start))).fit(features, target)
    said = [model.predict_proba(features)[:, 1] for model in (scaled, theirs)]
    np.testing.assert_allclose(*said, rtol=ULPS)


REFITTED = [
    lossary.Quantile(level=0.9),
    lossary.AbsoluteError(),
    lossary.AbsolutePercentageError(),
    2.0 * lossary.Quantile(level=0.2) + 1.0 * lossary.AbsoluteError(),
]


@pytest.mark.parametrize("loss", REFITTED, ids=repr)
def test_a_leaf_is_given_what_is_best_for_its_rows(loss):
    features, target = DIABETES
    weight = np.random.default_rng(0).uniform(0, 2, size=len(target))
    model = Regressor(loss, n_estimators=2, max_depth=3, learning_rate=1.0, **SMALL)
    model.fit(features, target, sample_weight=weight)
    before = model.predict(features, output_margin=True, iteration_range=(0, 1))
    after = model.predict(features, output_margin=True)
    leaf = model.apply(features)[:, 1]
    assert len(np.unique(leaf)) > 4
    for place in np.unique(leaf):
        own = leaf == place
        given = _defined(model, after[own], target[own], weight[own])
        # The best value moves some row of the leaf onto its target.
        others = [
            _defined(model, before[own] + step, target[own], weight[own])
            for step in (target - before)[own]
        ]
        assert given == pytest.approx(min(others), rel=1e-6)  # leaves are in single precision


def test_leaves_of_each_class_against_the_rest_are_fitted_again():
    features, target = IRIS
    model = Classifier(lossary.Hinge(), n_estimators=1, max_depth=2, learning_rate=1.0)
    model.fit(features, target)
    raw = model.predict(features, output_margin=True)
    # From the best constant -1, a leaf's best value is -1 or 1: most of its rows decide.
    leaf = model.apply(features)
    for place in range(3):
        for one in np.unique(leaf[:, place]):
            own = leaf[:, place] == one
            assert np.sign(raw[own, place]).tolist() == (
                [1.0 if (target[own] == place).mean() > 0.5 else -1.0] * own.sum()
            )


def test_the_judgement_of_a_round_is_that_of_its_predictions(fitted):
    model, features, target = fitted
    held = slice(None, None, 3)
    weight = np.random.default_rng(0).uniform(0.5, 2, size=len(target[held]))
    watched = [(features[held], target[held]), (features, target)]
    model.fit(
        features, target, eval_set=watched, sample_weight_eval_set=[weight, None], verbose=False
    )
    name = model.judge.label
    for place, (rows, own) in enumerate([(held, weight), (slice(None), None)]):
        said = model.evals_result()[f"validation_{place}"][name]
        for rounds, value in enumerate(said, start=1):
            raw = model.predict(features[rows], output_margin=True, iteration_range=(0, rounds))
            assert value == pytest.approx(_defined(model, raw, target[rows], own), rel=1e-5)


def test_training_stops_early_by_the_loss_and_answers_from_the_best_round(fitted, capsys):
    model, features, target = fitted
    parameters = model.get_params() | {"n_estimators": 300, "early_stopping_rounds": 3}
    stopped = type(model)(**parameters).fit(
        features[::2], target[::2], eval_set=[(features[1::2], target[1::2])], verbose=5
    )
    said = stopped.evals_result()["validation_0"][model.judge.label]
    assert len(said) < 300
    assert stopped.best_iteration == np.argmin(said) == len(said) - 4
    assert stopped.best_score == min(said)
    assert f"validation_0-{model.judge.label}:" in capsys.readouterr().out
    raw = stopped.predict(features, output_margin=True)
    up_to = (0, stopped.best_iteration + 1)
    np.testing.assert_array_equal(
        raw, stopped.predict(features, output_margin=True, iteration_range=up_to)
    )


def test_classes_may_have_any_names():
    features, target = IRIS
    names = np.array(["setosa", "versicolor", "virginica"])[target]
    model = Classifier(n_estimators=5).fit(features, names)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert model.n_classes_ == 3
    assert (model.predict(features) == names).mean() > 0.95
    np.testing.assert_allclose(model.predict_proba(features).sum(axis=1), 1, atol=1e-6)


@pytest.mark.skipif(not RECENT, reason="XGBoost before 3.1 holds no start of several numbers")
def test_a_tree_may_hold_the_scores_of_all_classes():
    model = Classifier(n_estimators=5, multi_strategy="multi_output_tree").fit(*IRIS)
    assert len(trees_of(page_of(model.get_booster()))) == 5
    assert model.score(*IRIS) > 0.95
    np.testing.assert_array_equal(
        _native(model, IRIS[0]), model.predict(IRIS[0], output_margin=True)
    )


@pytest.mark.skipif(not RECENT, reason="XGBoost before 3.1 does not know categories by name")
@pytest.mark.parametrize("loss", [None, lossary.Quantile(level=0.9)], ids=repr)
def test_categories_are_the_same_in_another_order(loss):
    target = DIABETES[1]
    kind = np.digitize(target, [80, 120, 200])  # tells much of the target
    names = np.array(["lowest", "low", "high", "highest"])[kind]
    one, other = (
        pd.DataFrame({"kind": pd.Categorical(names, categories=order)})
        for order in (["lowest", "low", "high", "highest"], ["high", "low", "highest", "lowest"])
    )
    model = Regressor(loss, n_estimators=5, enable_categorical=True)
    model.fit(one, target, eval_set=[(other, target)], verbose=False)
    own = _defined(model, model.predict(one, output_margin=True), target)
    said = model.evals_result()["validation_0"][model.judge.label]
    assert said[-1] == pytest.approx(own, rel=1e-6)
    np.testing.assert_array_equal(model.predict(one), model.predict(other))
