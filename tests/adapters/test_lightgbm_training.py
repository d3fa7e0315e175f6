"""LightGBM with any loss: weights, leaves that are fitted again, early stopping, several scores."""

import lightgbm
import numpy as np
import pytest
from sklearn import metrics
from sklearn.model_selection import train_test_split

import lossary
from lossary.adapters.lightgbm import Classifier, Regressor, leaves
from lossary.errors import ArgumentError
from tests.adapters.lightgbm_tables import (
    COUNTS,
    FEW,
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

# ---- weights ------------------------------------------------------------------------------------

# LightGBM guesses from its weight how many rows a leaf has: few values of features keep it large.
COARSE = np.round(20 * X)
FREE = {**FEW, "min_child_samples": 1, "min_data_in_bin": 1, "num_leaves": 6}
LOSSES = {
    "half squares": (lossary.HalfSquaredError(), Y),
    "Tweedie": (lossary.TweedieDeviance(), COUNTS),
    "quantile": (TENTH, Y),
    "hinge": (lossary.Hinge(), (Y > 150).astype(int)),
    "deviation": (lossary.GaussianNLL(), Y),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_weight_of_two_is_the_row_twice(name):
    rng = np.random.default_rng(23)
    loss, target = LOSSES[name]
    made = Classifier if name == "hinge" else Regressor
    weight = rng.integers(1, 4, len(Y))
    weighted = made(loss, **FREE).fit(COARSE, target, weight)
    twice = np.repeat(COARSE, weight, axis=0), np.repeat(target, weight)
    repeated = made(loss, **FREE).fit(*twice)
    np.testing.assert_allclose(weighted.start_, repeated.start_, rtol=1e-12)
    # Sums are rounded in another order, slopes in single precision.
    np.testing.assert_allclose(weighted._raw(COARSE), repeated._raw(COARSE), rtol=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_a_weight_of_zero_removes_the_row(name):
    loss, target = LOSSES[name]
    made = Classifier if name == "hinge" else Regressor
    rows, targets = (
        np.concatenate([COARSE, COARSE[:50]]),
        np.append(target, target.max() - target[:50]),
    )
    if name != "hinge":
        targets[-25:] = np.nan  # not even looked at
    weight = np.append(np.ones(len(X)), np.zeros(50))
    felt = made(loss, **FREE).fit(rows, targets, weight)
    without = made(loss, **FREE).fit(COARSE, target)
    np.testing.assert_allclose(felt._raw(COARSE), without._raw(COARSE), rtol=1e-5)


# ---- leaves that are fitted again ---------------------------------------------------------------


@pytest.mark.parametrize("loss", [TENTH, lossary.AbsoluteError()], ids=repr)
def test_a_whole_step_puts_every_leaf_at_its_own_best_value(loss):
    model = Regressor(loss, **{**FEW, "n_estimators": 1}, learning_rate=1.0).fit(X, Y, WEIGHT)
    leaf, found = model.predict(X, pred_leaf=True).ravel(), model.predict(X)
    for each in np.unique(leaf):
        rows = leaf == each
        judged = [
            float(loss(np.full(rows.sum(), value), Y[rows], weight=WEIGHT[rows]))
            for value in (found[rows][0], *Y[rows])  # the best of all is at one of the targets
        ]
        assert judged[0] <= min(judged) * (1 + 1e-12)


@pytest.mark.parametrize("loss", [TENTH, lossary.AbsoluteError(), lossary.Hinge()], ids=repr)
def test_the_scores_that_are_kept_are_those_of_the_model(loss):
    classed = loss == lossary.Hinge()
    made, target = (Classifier, KIND) if classed else (Regressor, Y[: len(KIND)])
    train, test, known, asked = train_test_split(WINE, target, random_state=0)
    model = made(loss, **FEW).fit(train, known, eval_set=[(test, asked)])
    said = model.evals_result_["valid_0"][type(loss).__name__]
    for rounds in (1, 7, 15):
        raw = model._raw(test, num_iteration=rounds)
        found = model.objective_.value(raw, model.objective_.encoded(asked))
        np.testing.assert_allclose(said[rounds - 1], found, rtol=1e-12)


@pytest.mark.parametrize("loss", [TENTH, lossary.Hinge()], ids=repr)
def test_leaves_are_told_by_what_they_add_as_by_the_features(loss, monkeypatch):
    rng = np.random.default_rng(24)
    rows = rng.normal(size=(20_000, 4))  # in small leaves, values are often equal
    target = rows @ [1.0, 2.0, 0.0, -1.0] + rng.normal(size=len(rows))
    asked = {"X": rows, "y": np.digitize(target, [-1, 1]) if loss == lossary.Hinge() else target}
    made = Classifier if loss == lossary.Hinge() else Regressor
    settings = {**FEW, "n_estimators": 4}
    told, tried = [], leaves.leaf_numbers

    def counted(*arrays):
        told.append(tried(*arrays))
        return told[-1]

    def none(before, after, values):
        before[:] = after
        return np.full(len(after), -1, np.int32)

    monkeypatch.setattr(leaves, "leaf_numbers", counted)
    quick = made(loss, **settings).fit(**asked)
    assert np.mean(np.concatenate(told) >= 0) > 0.3  # else this test proves little
    monkeypatch.setattr(leaves, "leaf_numbers", none)
    slow = made(loss, **settings).fit(**asked)
    np.testing.assert_array_equal(quick._raw(rows), slow._raw(rows))


@pytest.mark.parametrize("kernels", [True, False])
def test_values_that_are_too_much_alike_tell_no_leaf(kernels):
    for scale, values, found in (
        (1.0, [1.0, 2.0, -3.0], [0, 1, 2]),
        (1.0, [1.0, 1.0, -3.0], [-1, -1, 2]),
        (1.0, [1.0, 1.0 + 1e-9, -3.0], [-1, -1, 2]),  # a table of a billion would tell them apart
        (1e14, [1.0, 2.0, -3.0], [-1, -1, -1]),  # what is added to such a score is rounded
        (1e14, [1.0, 2.0, -1e9], [-1, -1, 2]),
    ):
        values = np.array(values)
        before = scale * np.array([0.0, 1.0, -1.0])
        after = before + values
        with lossary.use_kernels(kernels):
            told = leaves.leaf_numbers(before, after, values)
        assert told.tolist() == found, values
        np.testing.assert_array_equal(before, after)


def test_a_learning_rate_that_changes_scales_the_fitted_leaves():
    rates = [0.5 * 0.8**i for i in range(15)]
    change = lightgbm.reset_parameter(learning_rate=rates)
    ours = Regressor(lossary.AbsoluteError(), **FEW).fit(X, Y, callbacks=[change])
    theirs = lightgbm.LGBMRegressor(objective="l1", **FEW).fit(X, Y, callbacks=[change])
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-12)


def test_samples_and_leaves_fitted_again_go_together():
    settings = {"subsample": 0.5, "subsample_freq": 1, "colsample_bytree": 0.6}
    model = Regressor(TENTH, **FEW, **settings).fit(X, Y, eval_set=[(X, Y)])
    said = model.evals_result_["training"]["Quantile"]
    np.testing.assert_allclose(said[-1], float(TENTH(model.predict(X), Y)), rtol=1e-12)
    assert said[-1] < 0.8 * said[0]


# ---- judging and stopping -----------------------------------------------------------------------

TRAIN, TEST, KNOWN, ASKED = train_test_split(X, Y - 150, random_state=0)


@pytest.mark.parametrize("loss", [None, lossary.SquaredError(), TENTH], ids=repr)
def test_a_model_stops_early_where_its_own_loss_is_least(loss):
    model = Regressor(loss, **QUIET, n_estimators=200)
    model.fit(
        TRAIN,
        KNOWN,
        eval_set=[(TEST, ASKED), (TRAIN, KNOWN)],
        callbacks=[lightgbm.early_stopping(10, verbose=False)],
    )
    judge = model.judge
    said = model.evals_result_["valid_0"][type(judge).__name__]
    assert model.best_iteration_ == np.argmin(said) + 1 < 190
    assert model.booster_.num_trees() == model.best_iteration_
    np.testing.assert_allclose(float(judge(model.predict(TEST), ASKED)), min(said), rtol=1e-12)
    assert model.best_score_["valid_0"][type(judge).__name__] == min(said)


def test_other_losses_and_functions_judge_predictions_on_their_own_scale():
    counts = np.floor((KNOWN + 150) / 30), np.floor((ASKED + 150) / 30)
    model = Regressor(lossary.PoissonNLL(), **FEW).fit(
        TRAIN,
        counts[0],
        eval_set=(TEST, counts[1]),
        eval_names=["later"],
        eval_metric=[lossary.AbsoluteError(), None, metrics.mean_absolute_error],
    )
    said = {name: values[-1] for name, values in model.evals_result_["later"].items()}
    found = model.predict(TEST)
    np.testing.assert_allclose(said["AbsoluteError"], np.abs(found - counts[1]).mean(), rtol=1e-12)
    np.testing.assert_allclose(said["mean_absolute_error"], said["AbsoluteError"], rtol=1e-12)
    own = float(lossary.PoissonNLL()(np.log(found), counts[1]))
    np.testing.assert_allclose(said["PoissonNLL"], own, rtol=1e-12)


def test_a_score_that_is_to_be_large_stops_where_it_is_largest(capsys):
    train, test, known, asked = train_test_split(SICK, NAMES, random_state=1)
    model = Classifier(lossary.SigmoidFocal(), **{**QUIET, "verbosity": 1}, n_estimators=60)
    model.fit(
        train,
        known,
        eval_set=[(test, asked)],
        eval_metric=lambda target, chance: metrics.roc_auc_score(target == "malignant", chance),
        greater_is_better=True,
        callbacks=[lightgbm.early_stopping(5), lightgbm.log_evaluation(1)],
    )
    (said,) = model.evals_result_["valid_0"].values()
    assert model.best_iteration_ == np.argmax(said) + 1
    assert "valid_0's <lambda>: 0.9" in capsys.readouterr().out


def test_weights_of_rows_to_judge_count():
    rng = np.random.default_rng(25)
    weight = rng.random(len(ASKED))
    model = Regressor(TENTH, **FEW)
    model.fit(
        TRAIN, KNOWN, eval_X=(TEST, TEST), eval_y=(ASKED, ASKED), eval_sample_weight=[weight, None]
    )
    for name, each in (("valid_0", weight), ("valid_1", None)):
        found = float(TENTH(model.predict(TEST), ASKED, weight=each))
        np.testing.assert_allclose(model.evals_result_[name]["Quantile"][-1], found, rtol=1e-12)


def test_an_unknown_class_to_judge_is_told():
    with pytest.raises(ArgumentError, match="'strange' is not among"):
        Classifier(**FEW).fit(SICK, NAMES, eval_set=[(SICK[:2], np.array(["strange", "benign"]))])


# ---- several scores -----------------------------------------------------------------------------


def test_a_deviation_is_learnt_with_the_mean():
    rng = np.random.default_rng(26)
    rows = rng.normal(size=(4000, 3))
    deviation = np.where(rows[:, 1] > 0, 3.0, 0.5)
    target = 50 + 4 * rows[:, 0] + deviation * rng.normal(size=4000)
    settings = {**QUIET, "n_estimators": 100, "num_leaves": 4}
    model = Regressor(lossary.GaussianNLL(), **settings).fit(rows, target)
    mean, std = model.predict(rows, return_std=True)
    # Seen to come within three per cent of them; larger trees fit the noise and know less of it.
    assert np.median(std[rows[:, 1] > 0.2]) == pytest.approx(3.0, rel=0.1)
    assert np.median(std[rows[:, 1] < -0.2]) == pytest.approx(0.5, rel=0.1)
    assert np.abs(mean - 50 - 4 * rows[:, 0]).mean() < 0.3
    assert model.start_ == pytest.approx([target.mean(), np.log(target.var())])


@pytest.mark.parametrize(
    "loss",
    [None, lossary.BinaryCrossEntropy(), lossary.SigmoidFocal(), lossary.Exponential(),
     lossary.SquaredHinge(), lossary.Hinge()],
    ids=repr,
)  # fmt: skip
def test_classes_by_name_are_learnt_by_every_loss_of_classes(loss):
    names = np.array(["barolo", "grignolino", "barbera"])[KIND]
    train, test, known, asked = train_test_split(WINE, names, random_state=0, stratify=names)
    model = Classifier(loss, **QUIET, n_estimators=60, learning_rate=0.2).fit(train, known)
    assert model.classes_.tolist() == ["barbera", "barolo", "grignolino"]
    assert model.n_classes_ == 3
    assert model.score(test, asked) > 0.85
    assert model.decision_function(test).shape == (len(test), 3)
    if loss != lossary.Hinge():
        np.testing.assert_allclose(model.predict_proba(test).sum(axis=1), 1.0, rtol=1e-12)


def test_probabilities_of_a_focal_loss_are_calibrated():
    rng = np.random.default_rng(27)
    rows = rng.normal(size=(6000, 2))
    chance = 1 / (1 + np.exp(-(1.5 * rows[:, 0] - 1)))
    outcome = (rng.random(6000) < chance).astype(int)
    settings = {**QUIET, "n_estimators": 60, "num_leaves": 8}
    model = Classifier(lossary.SigmoidFocal(gamma=2.0), **settings).fit(rows[:3000], outcome[:3000])
    found = model.predict_proba(rows[3000:])[:, 1]
    sigmoid = 1 / (1 + np.exp(-model.decision_function(rows[3000:])))
    errors = [np.abs(each - chance[3000:]).mean() for each in (found, sigmoid)]
    assert errors[0] < 0.05 < 2 * errors[0] < errors[1]
