"""CatBoost's own losses beside ours of the same name: the same trees where the maths is the same,
else no worse on rows held out.

| CatBoost            | ours                    | what differs                                |
|---------------------|-------------------------|---------------------------------------------|
| RMSE                | HalfSquaredError        | nothing                                     |
| Logloss             | BinaryCrossEntropy      | the start: theirs is zero                   |
| Poisson             | PoissonNLL              | as above                                    |
| Tweedie             | 0.5 * TweedieDeviance   | as above                                    |
| Quantile, MAE       | Quantile, AbsoluteError | where all between two rows is best for a    |
|                     |                         | leaf, ours takes the middle, theirs an end  |
| MAPE                | AbsolutePercentageError | ours is lower in every leaf                 |
| Huber               | Huber                   | the start; far out theirs has no curvature  |
| LogCosh             | LogCosh                 | the start; theirs minimises in each leaf    |
| Focal               | SigmoidFocal            | the start; ours bounds the curvature, which |
|                     |                         | is negative in places                       |
| MultiClass          | CrossEntropy            | the start; ours bounds the curvature, and   |
|                     |                         | steps twice                                 |
| MultiClassOneVsAll  | BinaryCrossEntropy      | the start                                   |
| RMSEWithUncertainty | GaussianNLL             | the start; theirs has the logarithm of the  |
|                     |                         | deviation, ours of the variance             |

With monotone_constraints, model_shrink_rate or langevin, CatBoost's trees for a custom objective
are others than those for its own, whoever states the objective.
"""

import catboost
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

import lossary
from lossary.adapters.catboost import Classifier, Regressor

DIABETES, CANCER, WINE = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_wine)
)
DIGITS = tuple(each[:300] for each in load_digits(return_X_y=True))
SCALED = DIABETES[0], (DIABETES[1] - 152) / 77
UNIT = DIABETES[0], DIABETES[1] / DIABETES[1].mean()  # the logarithm of its mean is zero
QUIET = {"silent": True, "allow_writing_files": False, "thread_count": 1, "random_seed": 7}
CLOSE = 1e-6  # CatBoost keeps targets and its own start in single precision: 1e-7


def _even():
    """Return as many rows of one class as of the other, so that zero is the best start."""
    features, target = CANCER
    rows = np.concatenate([np.flatnonzero(target == kind)[:200] for kind in (0, 1)])
    return features[rows], target[rows]


ONE_STEP = {"leaf_estimation_iterations": 1}  # theirs takes ten where there are 200 trees or more
ALIKE = {
    "RMSE": (DIABETES, Regressor, None, {}),
    "Poisson": (UNIT, Regressor, lossary.PoissonNLL(), {}),
    "Tweedie:variance_power=1.5": (UNIT, Regressor, 0.5 * lossary.TweedieDeviance(power=1.5), {}),
    "Logloss": (_even(), Classifier, None, ONE_STEP),
}
PARAMETERS = [
    {},
    {"boosting_type": "Ordered"},
    {"grow_policy": "Lossguide", "max_leaves": 9, "bootstrap_type": "Bayesian"},
    {"grow_policy": "Depthwise", "min_data_in_leaf": 7, "l2_leaf_reg": 0.1},
    {"leaf_estimation_iterations": 4, "leaf_estimation_backtracking": "No"},
    {"leaf_estimation_method": "Gradient", "random_strength": 4.0, "score_function": "L2"},
    {"rsm": 0.5, "border_count": 20, "feature_border_type": "Uniform"},
    {"subsample": 0.5, "bootstrap_type": "Bernoulli", "depth": 4},
]


def _pair(name, parameters):
    data, kind, loss, told = ALIKE[name]
    parameters = {"iterations": 25, "learning_rate": 0.2} | QUIET | told | parameters
    theirs = catboost.CatBoostClassifier if kind is Classifier else catboost.CatBoostRegressor
    return data, kind(loss, **parameters), theirs(loss_function=name, **parameters)


def _raw(model, features):
    return model.predict(features, prediction_type="RawFormulaVal")


@pytest.mark.parametrize("parameters", PARAMETERS, ids=lambda given: next(iter(given), "usual"))
@pytest.mark.parametrize("name", ALIKE)
def test_where_the_maths_is_the_same_so_are_the_trees(name, parameters):
    (features, target), *models = _pair(name, parameters)
    ours, theirs = (model.fit(features, target) for model in models)
    assert ours.tree_count_ == theirs.tree_count_ == 25
    np.testing.assert_array_equal(
        ours.calc_leaf_indexes(features), theirs.calc_leaf_indexes(features)
    )
    np.testing.assert_allclose(_raw(ours, features), _raw(theirs, features), CLOSE, CLOSE)


@pytest.mark.parametrize("kind", ["weighted", "missing", "frame", "categories", "ordered"])
def test_rows_of_any_kind_are_read_as_catboost_reads_them(kind):
    features, target = DIABETES
    weight = np.random.default_rng(0).uniform(0, 3, len(target)) if kind == "weighted" else None
    if kind == "missing":
        features = np.where(np.random.default_rng(0).random(features.shape) < 0.2, np.nan, features)
    told = {"iterations": 25, "learning_rate": 0.2} | QUIET
    if kind in ("frame", "categories", "ordered"):
        features = pd.DataFrame(features, columns=[f"column {i}" for i in range(10)])
    if kind in ("categories", "ordered"):
        features["column 3"] = (30 * features["column 3"]).round(1).astype(str)
        told["cat_features"] = ["column 3"]
    if kind == "ordered":
        told["boosting_type"] = "Ordered"
    ours, theirs = (each(**told) for each in (Regressor, catboost.CatBoostRegressor))
    for model in (ours, theirs):
        model.fit(features, target, sample_weight=weight)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=CLOSE)
    np.testing.assert_allclose(ours.feature_importances_, theirs.feature_importances_, rtol=1e-4)


@pytest.mark.parametrize("balance", [{"auto_class_weights": "Balanced"}, {"scale_pos_weight": 2.0}])
def test_classes_weigh_as_they_do_in_catboost(balance):
    features, target = CANCER
    told = {"iterations": 25, "learning_rate": 0.2} | QUIET | ONE_STEP | balance
    ours = Classifier(**told).fit(features, target)
    # Theirs can be told to start from the mean, too.
    theirs = catboost.CatBoostClassifier(boost_from_average=True, **told).fit(features, target)
    np.testing.assert_allclose(_raw(ours, features), _raw(theirs, features), CLOSE, CLOSE)


def test_the_same_round_is_the_best():
    features, target = SCALED
    kept, held, told, asked = train_test_split(features, target, random_state=0)
    parameters = {"iterations": 300, "learning_rate": 0.1} | QUIET
    ours, theirs = (
        each(**parameters).fit(kept, told, eval_set=(held, asked), early_stopping_rounds=10)
        for each in (Regressor, catboost.CatBoostRegressor)
    )
    assert ours.best_iteration_ == theirs.best_iteration_ < 200
    said = ours.evals_result_["validation"]["HalfSquaredError"]
    np.testing.assert_allclose(
        np.sqrt(2 * np.array(said)), theirs.evals_result_["validation"]["RMSE"], rtol=CLOSE
    )
    np.testing.assert_allclose(ours.predict(held), theirs.predict(held), CLOSE, CLOSE)


KINKED = {
    "Quantile:alpha=0.9": lossary.Quantile(level=0.9),
    "Quantile:alpha=0.1": lossary.Quantile(level=0.1),
    "MAE": lossary.AbsoluteError(),
    "MAPE": lossary.AbsolutePercentageError(floor=1.0),
}


@pytest.mark.parametrize("name", KINKED)
def test_a_first_tree_of_fitted_leaves_is_theirs_and_no_worse(name):
    (features, target), loss = DIABETES, KINKED[name]
    target = target + np.random.default_rng(0).random(len(target))  # no two alike
    told = {"iterations": 1, "learning_rate": 1.0, "bootstrap_type": "No", "depth": 3}
    told |= {"random_strength": 0.0} | QUIET
    ours = Regressor(loss, **told).fit(features, target)
    theirs = catboost.CatBoostRegressor(loss_function=name, **told).fit(features, target)
    np.testing.assert_array_equal(
        ours.calc_leaf_indexes(features), theirs.calc_leaf_indexes(features)
    )
    value, other = (float(loss(model.predict(features), target)) for model in (ours, theirs))
    assert value <= other * (1 + CLOSE)
    if name != "MAPE":
        assert value == pytest.approx(other, rel=2e-3)  # the start differs, for the same reason


def _beaten(ours, theirs, judge, data, splits=5):
    """Return by how much ours is better on rows held out: the mean of some splits, its error."""
    found = []
    told = {"iterations": 100, "learning_rate": 0.1, "depth": 4} | QUIET
    for seed in range(splits):
        kept, held, seen, asked = train_test_split(*data, random_state=seed, test_size=0.3)
        for model in (ours, theirs):
            model.__init__(**model.get_params() | told)
            model.fit(kept, seen)
        found.append(judge(theirs, held, asked) - judge(ours, held, asked))
    return np.mean(found), np.std(found, ddof=1) / len(found) ** 0.5


def _loss_of(loss):
    return lambda model, features, target: float(loss(_raw(model, features), target))


SMOOTH = {"Huber:delta=0.3": lossary.Huber(delta=0.3), "LogCosh": lossary.LogCosh()}


@pytest.mark.parametrize("name", [*KINKED, *SMOOTH])
def test_amounts_held_out_are_met_no_worse(name):
    loss, data = (SMOOTH[name], SCALED) if name in SMOOTH else (KINKED[name], DIABETES)
    theirs = catboost.CatBoostRegressor(loss_function=name)
    better, noise = _beaten(Regressor(loss), theirs, _loss_of(loss), data, 8)
    assert better > -3 * noise  # three standard errors


def _log_loss(model, features, target):
    chances = model.predict_proba(features)
    return log_loss(target, chances / chances.sum(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("loss", "name", "data", "judge"),
    [
        (None, "Logloss", CANCER, _log_loss),
        (
            lossary.SigmoidFocal(alpha=0.25, gamma=2.0),
            "Focal:focal_alpha=0.25;focal_gamma=2.0",
            CANCER,
            _loss_of(lossary.SigmoidFocal(alpha=0.25, gamma=2.0)),
        ),
        (None, "MultiClass", WINE, _log_loss),
        (None, "MultiClass", DIGITS, _log_loss),
        (lossary.BinaryCrossEntropy(), "MultiClassOneVsAll", WINE, _log_loss),
    ],
    ids=["Logloss", "Focal", "MultiClass", "MultiClass of ten", "MultiClassOneVsAll"],
)
def test_classes_held_out_are_met_no_worse(loss, name, data, judge):
    told = ONE_STEP if name == "Logloss" else {}
    theirs = catboost.CatBoostClassifier(loss_function=name, **told)
    splits = 3 if data is DIGITS else 5
    better, noise = _beaten(Classifier(loss, **told), theirs, judge, data, splits)
    assert better > -3 * noise


def test_doubt_held_out_is_told_no_worse():
    def judge(model, features, target):
        if isinstance(model, Regressor):
            mean, deviation = model.predict(features, return_std=True)
        else:
            mean, variance = model.predict(features, prediction_type="RMSEWithUncertainty").T
            deviation = np.sqrt(variance)
        return np.mean(np.log(deviation) + ((target - mean) / deviation) ** 2 / 2)

    theirs = catboost.CatBoostRegressor(loss_function="RMSEWithUncertainty")
    better, noise = _beaten(Regressor(lossary.GaussianNLL()), theirs, judge, SCALED)
    assert better > -3 * noise
