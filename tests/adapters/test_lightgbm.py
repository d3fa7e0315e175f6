"""LightGBM with any loss: its own objectives where it has them, and what custom ones lack."""

import lightgbm
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import train_test_split

import lossary
from lossary.adapters.lightgbm import Classifier, Regressor
from lossary.errors import ArgumentError, DomainError, LossError, ShapeError, SuspicionWarning
from tests.adapters.lightgbm_tables import (
    COUNTS,
    FEW,
    ILL,
    KIND,
    NAMES,
    QUIET,
    SICK,
    TENTH,
    WEIGHT,
    WINE,
    X,
    Y,
)

# ---- LightGBM's own objectives ------------------------------------------------------------------

EQUAL = {
    "l2": (lossary.HalfSquaredError(), {"objective": "l2"}, Y, 1.0),
    "l2, twice": (lossary.SquaredError(), {"objective": "l2"}, Y, 1.0),
    "l1": (lossary.AbsoluteError(), {"objective": "l1"}, Y, 1.0),
    # Unless told otherwise, LightGBM divides Poisson's steps by exp(0.7).
    "poisson": (lossary.PoissonNLL(), {"objective": "poisson"}, COUNTS, np.exp(-0.7)),
    "poisson, free": (
        lossary.PoissonNLL(),
        {"objective": "poisson", "poisson_max_delta_step": 1e-12},
        COUNTS,
        1.0,
    ),
    "tweedie": (
        lossary.TweedieDeviance(power=1.3),
        {"objective": "tweedie", "tweedie_variance_power": 1.3},
        COUNTS,
        1.0,
    ),
}
"""Our loss, LightGBM's objective, a target, and what a step of LightGBM's is of ours."""
SETTINGS = {
    "plain": {},
    "penalties": {"reg_lambda": 2.0, "reg_alpha": 0.5},
    "samples": {"subsample": 0.6, "subsample_freq": 1, "random_state": 3},
    "features": {"colsample_bytree": 0.5, "random_state": 3},
    "goss": {"data_sample_strategy": "goss"},
    "depth": {"max_depth": 3, "min_child_samples": 5, "extra_trees": True},
}


def _penalties(name, settings):
    """Return penalties of ours that weigh as much as LightGBM's: some losses are twice as large."""
    twice, step = (2.0 if name in ("l2, twice", "tweedie") else 1.0), EQUAL[name][3]
    scale = {"reg_lambda": twice * step, "reg_alpha": twice}
    return {key: v * scale[key] if key in scale else v for key, v in settings.items()}


# LightGBM fits a leaf of l1 again to the rows it has sampled, and here it is all rows of the leaf.
# GOSS begins to sample after as many rounds as the learning rate says.
APART = [("l1", "samples"), ("poisson", "goss")]
PAIRS = [(n, s) for n in EQUAL for s in SETTINGS if (n, s) not in APART]


@pytest.mark.parametrize(("name", "setting"), PAIRS)
def test_where_lightgbm_has_the_loss_the_trees_are_the_same(name, setting):
    loss, own, target, step = EQUAL[name]
    told = SETTINGS[setting]
    ours = Regressor(loss, **FEW, learning_rate=0.1 * step, **_penalties(name, told))
    theirs = lightgbm.LGBMRegressor(**own, **FEW, **told).fit(X, target)
    # Both round their slopes to single precision once; a step turns that into another rounding.
    close = 1e-12 if step == 1 else 1e-6
    np.testing.assert_allclose(ours.fit(X, target).predict(X), theirs.predict(X), rtol=close)


@pytest.mark.parametrize("name", ["l2", "l2, twice", "poisson", "tweedie"])
def test_weighted_trees_are_the_same(name):
    loss, own, target, step = EQUAL[name]
    ours = Regressor(loss, **FEW, learning_rate=0.1 * step).fit(X, target, WEIGHT)
    theirs = lightgbm.LGBMRegressor(**own, **FEW).fit(X, target, WEIGHT)
    # LightGBM keeps weights in single precision: 6e-8 of each.
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6)


@pytest.mark.parametrize(
    ("rows", "target", "loss", "objective"),
    [
        (SICK, ILL, None, "binary"),
        (SICK, NAMES, lossary.BinaryCrossEntropy(), "binary"),
        (WINE, KIND, lossary.BinaryCrossEntropy(), "multiclassova"),
    ],
)
def test_classes_get_the_scores_that_lightgbm_gives_them(rows, target, loss, objective):
    ours = Classifier(loss, **FEW).fit(rows, target)
    theirs = lightgbm.LGBMClassifier(objective=objective, **FEW).fit(rows, target)
    np.testing.assert_allclose(
        ours.decision_function(rows), theirs.predict(rows, raw_score=True), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_array_equal(ours.predict(rows), theirs.predict(rows))
    if objective == "binary":
        np.testing.assert_allclose(ours.predict_proba(rows), theirs.predict_proba(rows), rtol=1e-9)


@pytest.mark.parametrize(("rows", "target", "k"), [(SICK, ILL, 2), (WINE, KIND, 3)])
def test_cross_entropy_is_lightgbms_multiclass_with_safer_steps(rows, target, k):
    """LightGBM's curvature is k/(k-1) of the diagonal, the safe one twice: but for two classes,
    LightGBM's steps are larger, and a larger learning rate gives the same trees."""
    ours = Classifier(lossary.CrossEntropy(), **FEW, learning_rate=0.1 * 2 * (k - 1) / k)
    told = {"objective": "multiclass", "num_class": k, "verbosity": -1, "num_threads": 1}
    theirs = lightgbm.train(told, lightgbm.Dataset(rows, target), 15)
    found = ours.fit(rows, target).predict_proba(rows)
    np.testing.assert_allclose(found, theirs.predict(rows), rtol=1e-6)  # of single precision


def test_weights_of_classes_are_those_of_lightgbm():
    rng = np.random.default_rng(21)
    for given in ("balanced", {"malignant": 3.0, "benign": 1.0}):
        weight = rng.random(len(ILL)) + 0.5
        ours = Classifier(class_weight=given, **FEW).fit(SICK, NAMES, weight)
        theirs = lightgbm.LGBMClassifier(class_weight=given, **FEW).fit(SICK, NAMES, weight)
        found, expected = ours.predict_proba(SICK), theirs.predict_proba(SICK)
        np.testing.assert_allclose(found, expected, rtol=1e-5)  # weights in single precision


UNEQUAL = {
    # what LightGBM does otherwise, and the judge of both
    "quantile: between two rows, it takes a part of each": (
        Regressor(TENTH),
        {"objective": "quantile", "alpha": 0.9},
        (X, Y, None),
    ),
    "mape: a curvature of one, ours is 1/|target|": (
        Regressor(lossary.AbsolutePercentageError()),
        {"objective": "mape"},
        (X, Y, None),
    ),
    "huber: a curvature of one, ours is the secant": (
        Regressor(lossary.Huber(delta=30.0)),
        {"objective": "huber", "alpha": 30.0},
        (X, Y, None),
    ),
    "l1, weighted: between two rows, it takes a part of each": (
        Regressor(lossary.AbsoluteError()),
        {"objective": "l1"},
        (X, Y, WEIGHT),
    ),
}


@pytest.mark.parametrize("name", UNEQUAL)
def test_where_the_maths_differ_the_error_is_no_larger_within_noise(name):
    ours, own, (rows, target, weight) = UNEQUAL[name]
    each, apart = np.ones(len(target)) if weight is None else weight, []
    settings = {**QUIET, "n_estimators": 60, "learning_rate": 0.05}
    for seed in range(12):
        train, test, known, asked, light, heavy = train_test_split(
            rows, target, each, random_state=seed
        )
        by_weight = {} if weight is None else {"sample_weight": light}
        models = clone(ours).set_params(**settings), lightgbm.LGBMRegressor(**own, **settings)
        found = [model.fit(train, known, **by_weight).predict(test) for model in models]
        one, other = (float(ours.loss(each, asked, weight=heavy)) for each in found)
        apart.append(one - other)
    noise = np.std(apart, ddof=1) / len(apart) ** 0.5  # of the mean over twelve splits
    assert np.mean(apart) < 2.5 * noise, (np.mean(apart), noise)


# ---- the classic mistakes -----------------------------------------------------------------------


def test_an_absolute_error_far_from_zero_is_learnt():
    """The measurement that started it: a custom one ends at 100, the built-in one at 0.66."""
    rng = np.random.default_rng(22)
    rows = rng.normal(size=(2000, 5))
    target = 100 + rows[:, 0] + np.sin(3 * rows[:, 1]) + 0.1 * rng.normal(size=2000)
    ours = Regressor(lossary.AbsoluteError(), **QUIET, n_estimators=60).fit(rows, target)
    theirs = lightgbm.LGBMRegressor(objective="l1", **QUIET, n_estimators=60).fit(rows, target)
    errors = [np.abs(model.predict(rows) - target).mean() for model in (ours, theirs)]
    assert errors[0] < 1.05 * errors[1] < 0.3


@pytest.mark.parametrize("loss", [lossary.LogCosh(), TENTH, lossary.GaussianNLL()], ids=repr)
def test_lightgbms_own_model_holds_the_start(loss, tmp_path):
    model = Regressor(loss, **FEW).fit(X, Y)
    raw = model._raw(X)
    model.booster_.save_model(tmp_path / "model.txt")
    theirs = lightgbm.Booster(model_file=tmp_path / "model.txt")
    np.testing.assert_array_equal(theirs.predict(X), raw)
    np.testing.assert_array_equal(model.predict(X, raw_score=True), raw)
    first = model.predict(X, raw_score=True, num_iteration=1).reshape(len(X), -1)
    # One tree moves by a tenth of its way; the start itself is hundreds away from zero.
    assert (np.abs(first - model.start_).mean(axis=0) < 0.2 * Y.std()).all()


@pytest.mark.parametrize(
    ("settings", "rows", "words"),
    [
        ({"min_child_weight": 1e3}, 442, r"curvature of all 442 rows.*Hint: min_child_weight=1 "),
        ({"min_sum_hessian": 1e3}, 442, r"needs min_child_weight=1000"),
        ({}, 30, r"there are 30 rows.*min_child_samples=20.*Hint: min_child_samples=1\."),
        ({"min_split_gain": 1e9}, 442, r"min_split_gain=1e\+09.*features that vary"),
    ],
)
def test_trees_that_never_split_are_told_with_the_cause(settings, rows, words):
    with pytest.warns(SuspicionWarning, match=f"(?s)SquaredError.*no tree has split.*{words}"):
        model = Regressor(**FEW, **settings).fit(X[:rows], Y[:rows])
    np.testing.assert_allclose(model.predict(X), Y[:rows].mean(), rtol=1e-12)


def test_a_vanishing_curvature_is_told_for_the_score_that_it_stops():
    with pytest.warns(SuspicionWarning, match=r"LogCosh.*e-0[78] a row.*min_child_weight=0\.001"):
        Regressor(lossary.LogCosh(), **FEW).fit(X, 1e6 * Y)
    weight = np.full(len(Y), 1e-3)
    with pytest.warns(SuspicionWarning, match="GaussianNLL.*, for mean: the curvature"):
        Regressor(lossary.GaussianNLL(), **FEW).fit(X, Y, weight)


def test_equal_targets_are_no_suspicion():
    model = Regressor(lossary.AbsoluteError(), **FEW).fit(X, np.full(len(X), 7.5))
    np.testing.assert_array_equal(model.predict(X), 7.5)


@pytest.mark.parametrize(
    ("fit", "error", "words"),
    [
        (lambda: Regressor(lossary.PoissonNLL(), **FEW).fit(X, -Y), DomainError, "PoissonNLL"),
        (lambda: Regressor(**FEW).fit(X, np.append(Y[1:], np.nan)), LossError, "nan"),
        (lambda: Regressor(**FEW).fit(X, Y, WEIGHT[1:]), ShapeError, "one number for each row"),
        (lambda: Regressor(**FEW).fit(X, Y, -WEIGHT), DomainError, "weight"),
        (lambda: Regressor(**FEW).fit(X, Y, 0 * WEIGHT), ArgumentError, "no row is left"),
        (lambda: Regressor("huber", **FEW).fit(X, Y), ArgumentError, r"lossary\.Huber\(\)"),
        (lambda: Regressor(lossary.BinaryCrossEntropy()).fit(X, Y), ArgumentError, "for classes"),
        (lambda: Classifier(lossary.LogLoss()).fit(SICK, ILL), ArgumentError, "BinaryCrossEntropy"),
        (lambda: Classifier(**FEW).fit(SICK, 0 * ILL), ArgumentError, "one class"),
        (lambda: Classifier(lossary.Hinge()).predict_proba(SICK), AttributeError, "predict_proba"),
        (lambda: Regressor(**FEW).fit(X, Y).predict(X, return_std=True), ArgumentError, "Gaussian"),
    ],
)  # fmt: skip
def test_what_cannot_be_learnt_is_refused(fit, error, words):
    with pytest.raises(error, match=words):
        fit()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"objective": "mae"}, r"the loss is the objective.\nHint: loss=lossary.AbsoluteError"),
        ({"app": "quantile"}, r"Hint: loss=lossary.Quantile\(level"),
        ({"objective": len}, "the loss is the objective"),
        ({"alpha": 0.9}, "Quantile"),
        ({"tweedie_variance_power": 1.2}, "TweedieDeviance"),
        ({"num_class": 3}, "how many classes"),
        ({"is_unbalance": True}, "class_weight='balanced'"),
        ({"boost_from_average": False}, "best constant"),
        ({"metric": "auc"}, "eval_metric"),
        ({"boosting_type": "rf", "subsample": 0.5, "subsample_freq": 1}, "gbdt"),
        ({"boosting": "rf"}, "gbdt"),
        ({"linear_tree": True}, "leave it out"),
        ({"class_weight": "balanced"}, "is for classes"),
        ({"loss": TENTH, "boosting_type": "dart"}, "fitted again.*gbdt"),
        ({"loss": TENTH, "monotone_constraints": [1] * 10}, "fitted again.*Huber"),
    ],
)
def test_what_fights_with_a_loss_is_refused(settings, words):
    with pytest.raises(ArgumentError, match=f"(?s){words}"):
        Regressor(**FEW, **settings).fit(X, Y)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"init_score": Y}, "sample_weight=exposure"),
        ({"eval_init_score": [Y]}, "sample_weight=exposure"),
        ({"init_model": "model.txt"}, "n_estimators"),
        ({"eval_set": [(X, Y)], "eval_X": X, "eval_y": Y}, "give one of them"),
        ({"eval_X": X}, "go together"),
        ({"eval_set": [(X, Y)], "eval_sample_weight": []}, "one for each pair"),
        ({"eval_set": [(X, Y)], "eval_metric": "auc"}, "roc_auc_score"),
    ],
)
def test_what_fit_would_ignore_is_refused(given, words):
    with pytest.raises(ArgumentError, match=words):
        Regressor(**FEW).fit(X, Y, **given)
