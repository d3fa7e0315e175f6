"""XGBoost's own objectives beside our losses of the same name: the same trees where the maths is
the same, else no worse on rows held out.

| XGBoost             | ours                    | what differs                                     |
|---------------------|-------------------------|--------------------------------------------------|
| reg:squarederror    | HalfSquaredError        | nothing                                          |
| reg:absoluteerror   | AbsoluteError           | nothing                                          |
| binary:logistic     | BinaryCrossEntropy      | nothing (with scale_pos_weight, the start)       |
| multi:softprob      | CrossEntropy            | the start: theirs is one Newton step from zero   |
| count:poisson       | PoissonNLL              | their max_delta_step, unless it is set to zero   |
| reg:tweedie         | TweedieDeviance         | ours is twice theirs, so that reg_lambda is, too |
| reg:quantileerror   | Quantile                | in a leaf, theirs interpolates, ours minimises   |
| binary:hinge        | Hinge                   | theirs takes Newton steps, ours minimises        |
| reg:squaredlogerror | SquaredLogarithmicError | theirs has no link, and starts from a half       |
"""

import numpy as np
import pandas as pd
import pytest
import xgboost
from scipy.sparse import csr_matrix
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.model_selection import train_test_split

import lossary
from lossary.adapters.xgboost import Classifier, Regressor
from lossary.adapters.xgboost.model import RECENT

VERSION = tuple(map(int, xgboost.__version__.split(".")[:2]))
CLOSE = 3e-6  # single precision: 30 trees add up 30 roundings of 1e-7


def _counts():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(1500, 4))
    return features, rng.poisson(np.exp(features[:, 0] / 2 + np.sin(3 * features[:, 1]) / 3))


def _amounts():
    features, counts = _counts()
    return features, counts * np.random.default_rng(1).gamma(2.0, 0.5, size=len(counts))


DIABETES, CANCER, WINE = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_wine)
)
SHARES = np.log(np.bincount(WINE[1]) / len(WINE[1]))
# XGBoost 2 starts from a half where a link stands between: all are told the mean.
ALIKE = {
    "squared": (DIABETES, Regressor(), xgboost.XGBRegressor()),
    "absolute": (
        DIABETES,
        Regressor(lossary.AbsoluteError()),
        xgboost.XGBRegressor(objective="reg:absoluteerror"),
    ),
    "poisson": (
        _counts(),
        Regressor(lossary.PoissonNLL()),
        xgboost.XGBRegressor(
            objective="count:poisson", max_delta_step=0, base_score=_counts()[1].mean()
        ),
    ),
    "tweedie": (
        _amounts(),
        Regressor(lossary.TweedieDeviance(power=1.3), reg_lambda=2, min_child_weight=2),
        xgboost.XGBRegressor(
            objective="reg:tweedie", tweedie_variance_power=1.3, base_score=_amounts()[1].mean()
        ),
    ),
    "logistic": (CANCER, Classifier(), xgboost.XGBClassifier(base_score=CANCER[1].mean())),
    "softprob": (WINE, Classifier(), xgboost.XGBClassifier(base_score=SHARES.tolist())),
}


@pytest.mark.parametrize("name", ALIKE)
def test_where_the_maths_is_the_same_so_are_the_trees(name):
    (features, target), ours, theirs = ALIKE[name]
    if name == "softprob" and not RECENT:
        pytest.skip("XGBoost before 3.1 cannot be told a start for each class")
    for model in (ours, theirs):
        model.set_params(n_estimators=30).fit(features, target)
    np.testing.assert_allclose(_said(ours, features), _said(theirs, features), CLOSE, CLOSE)


def _said(model, features):
    ask = getattr(model, "predict_proba", model.predict)
    return ask(features)


@pytest.mark.parametrize(
    "parameters",
    [
        {"subsample": 0.5, "colsample_bytree": 0.7, "random_state": 3},
        {"num_parallel_tree": 3, "subsample": 0.6, "learning_rate": 1.0},
        {"booster": "dart", "rate_drop": 0.3, "random_state": 1},
        {"booster": "gblinear", "updater": "coord_descent"},
        {"tree_method": "exact", "max_depth": 3, "gamma": 5.0},
        {"tree_method": "approx", "max_leaves": 7, "grow_policy": "lossguide"},
        {"monotone_constraints": (0, 0, 1, 1), "max_delta_step": 4.0, "reg_alpha": 9.0},
    ],
    ids=lambda parameters: next(iter(parameters)),
)
def test_a_parameter_means_what_it_means_to_xgboost(parameters):
    features, target = DIABETES
    ours, theirs = (kind(n_estimators=12, **parameters) for kind in (Regressor, TWIN))
    for model in (ours, theirs):
        model.fit(features, target)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=CLOSE)


TWIN = xgboost.XGBRegressor


@pytest.mark.parametrize("kind", ["frame", "sparse", "missing", "weighted"])
def test_rows_of_any_kind_are_read_as_xgboost_reads_them(kind):
    features, target = DIABETES
    weight = np.random.default_rng(0).uniform(0, 3, len(target)) if kind == "weighted" else None
    given = {"frame": _frame, "sparse": csr_matrix, "missing": _holed}.get(kind, np.asarray)
    features = given(features)
    ours, theirs = (
        each(n_estimators=12, enable_categorical=kind == "frame") for each in (Regressor, TWIN)
    )
    for model in (ours, theirs):
        model.fit(features, target, sample_weight=weight)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=CLOSE)
    np.testing.assert_array_equal(ours.feature_importances_, theirs.feature_importances_)


def _frame(features):
    frame = pd.DataFrame(features, columns=[f"column {i}" for i in range(10)])
    frame["column 1"] = pd.Categorical(np.where(features[:, 1] > 0, 3, 8))
    return frame


def _holed(features):
    return np.where(np.random.default_rng(0).random(features.shape) < 0.2, np.nan, features)


def test_the_same_round_is_the_best():
    features, target = CANCER
    kept, held, told, asked = train_test_split(features, target, random_state=0)
    weight = np.random.default_rng(0).uniform(0.5, 2, len(asked))
    theirs = xgboost.XGBClassifier(eval_metric="logloss", base_score=told.mean())
    ours = Classifier()
    for model in (ours, theirs):
        model.set_params(n_estimators=200, early_stopping_rounds=5)
        watched = {"eval_set": [(held, asked)], "sample_weight_eval_set": [weight]}
        model.fit(kept, told, verbose=False, **watched)
    assert ours.best_iteration == theirs.best_iteration < 100
    ours_said = ours.evals_result()["validation_0"]["BinaryCrossEntropy"]
    theirs_said = theirs.evals_result()["validation_0"]["logloss"]
    # XGBoost adds up in single precision, and sees no probability nearer to one than 1e-16.
    np.testing.assert_allclose(ours_said, theirs_said, rtol=1e-5)


def test_a_schedule_of_learning_rates_holds_for_leaves_that_are_fitted_again():
    features, target = DIABETES
    rates = [0.9, 0.5, 0.1, 0.3]
    ours = Regressor(lossary.AbsoluteError(), n_estimators=4)
    theirs = TWIN(objective="reg:absoluteerror", n_estimators=4)
    for model in (ours, theirs):
        model.set_params(callbacks=[xgboost.callback.LearningRateScheduler(rates)])
        model.fit(features, target)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=CLOSE)


@pytest.mark.skipif(VERSION < (3, 2), reason="XGBoost itself cannot before 3.2")
def test_several_trees_in_a_round_share_what_is_fitted_again():
    features, target = DIABETES
    ours = Regressor(lossary.AbsoluteError(), n_estimators=5, num_parallel_tree=3)
    theirs = TWIN(objective="reg:absoluteerror", n_estimators=5, num_parallel_tree=3)
    parameters = {"colsample_bynode": 0.5, "random_state": 0}
    ours.set_params(**parameters).fit(features, target)
    theirs.set_params(**parameters).fit(features, target)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=CLOSE)


def _beaten(ours, theirs, judge, data):
    """Return by how much ours is better on rows held out: the mean of ten splits, and its error."""
    found = []
    for seed in range(10):
        kept, held, told, asked = train_test_split(*data, random_state=seed, test_size=0.3)
        for model in (ours, theirs):
            model.set_params(n_estimators=60, max_depth=3, learning_rate=0.1).fit(kept, told)
        found.append(judge(theirs, held, asked) - judge(ours, held, asked))
    return np.mean(found), np.std(found, ddof=1) / len(found) ** 0.5


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_a_quantile_is_as_near_as_xgboost_s_own(level):
    loss = lossary.Quantile(level=level)
    theirs = TWIN(objective="reg:quantileerror", quantile_alpha=level)
    better, noise = _beaten(Regressor(loss), theirs, _loss_of(loss), DIABETES)
    assert abs(better) < 3 * noise  # three standard errors


def _loss_of(loss):
    return lambda model, features, target: float(loss(model.predict(features), target))


def test_a_hinge_is_no_worse_than_xgboost_s_own():
    loss = lossary.Hinge()

    def judge(model, features, target):
        raw = model.get_booster().predict(xgboost.DMatrix(features), output_margin=True)
        return float(loss(raw, target))

    theirs = xgboost.XGBClassifier(objective="binary:hinge")
    better, noise = _beaten(Classifier(loss), theirs, judge, CANCER)
    assert better > -3 * noise


def test_squared_logarithms_are_no_worse_than_xgboost_s_own():
    loss = lossary.SquaredLogarithmicError()
    theirs = TWIN(objective="reg:squaredlogerror")
    better, noise = _beaten(Regressor(loss), theirs, _loss_of(loss), DIABETES)
    assert better > -3 * noise
