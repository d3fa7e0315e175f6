"""Linear models of any loss: scikit-learn's own where it has one, and what it lacks."""

import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn import datasets, linear_model
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

import lossary
from lossary.adapters.sklearn import LossClassifier, LossRegressor
from lossary.errors import ArgumentError, DomainError

RNG = np.random.default_rng(0)
X, Y = datasets.load_diabetes(return_X_y=True)
SICK, ILL = datasets.load_breast_cancer(return_X_y=True)
WINE, KIND = datasets.load_wine(return_X_y=True)
SICK, WINE = scale(SICK), scale(WINE)
WEIGHT = RNG.random(len(Y)) + 0.1


def _weighted(weight):
    return {"sample_weight": weight}


TWINS = {
    "ridge": (
        LossRegressor(l2=0.01),
        linear_model.Ridge(alpha=0.01 * WEIGHT.sum(), tol=1e-12),
    ),
    "elastic net": (
        LossRegressor(l1=0.1, l2=0.02, tol=1e-10),
        linear_model.ElasticNet(alpha=0.12, l1_ratio=0.1 / 0.12, tol=1e-12, max_iter=100_000),
    ),
    "Poisson": (
        LossRegressor(lossary.PoissonNLL(), l2=0.01),
        linear_model.PoissonRegressor(alpha=0.01, solver="newton-cholesky", tol=1e-12),
    ),
    "Tweedie": (  # scikit-learn minimises half the deviance
        LossRegressor(0.5 * lossary.TweedieDeviance(power=1.5), l2=0.01),
        linear_model.TweedieRegressor(power=1.5, alpha=0.01, solver="newton-cholesky", tol=1e-12),
    ),
}


@pytest.mark.parametrize(("ours", "theirs"), TWINS.values(), ids=TWINS.keys())
def test_where_scikit_learn_has_the_loss_the_coefficients_are_the_same(ours, theirs):
    ours, theirs = clone(ours), clone(theirs)
    ours.fit(X, Y, **_weighted(WEIGHT))
    theirs.fit(X, Y, **_weighted(WEIGHT))
    # Both stop where slopes are near 1e-8 of values near 1e3, and coefficients are near 100.
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6)


@pytest.mark.parametrize(("rows", "target"), [(SICK, ILL), (WINE, KIND)], ids=["two", "three"])
def test_cross_entropy_is_logistic_regression(rows, target):
    ours = LossClassifier(l2=1 / len(target)).fit(rows, target)
    theirs = linear_model.LogisticRegression(tol=1e-10, max_iter=10_000).fit(rows, target)
    # Slopes end near 1e-8, and the curvature of the flattest direction is l2, near 1e-3.
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(rows), theirs.predict_proba(rows), atol=2e-6)


@pytest.mark.parametrize("level", [0.5, 0.9])
@pytest.mark.parametrize("l1", [0.0, 0.01])
def test_kinks_end_where_a_linear_program_does(level, l1):
    loss = lossary.Quantile(level=level)
    theirs = linear_model.QuantileRegressor(quantile=level, alpha=l1).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what is left is held below
        ours = LossRegressor(loss, l1=l1, l2=0.0).fit(X, Y)

    def cost(model):
        return loss(model.predict(X), Y) + l1 * np.abs(model.coef_).sum()

    # The program stops within 1e-7 of its own best; kinks are rounded off within 1e-10 of a unit.
    assert cost(ours) <= cost(theirs) * (1 + 1e-8)


@pytest.mark.parametrize("solver", ["lbfgs", "newton"])
@pytest.mark.parametrize(
    "loss",
    [lossary.Huber(delta=20.0), lossary.LogCosh(), lossary.TweedieDeviance(), lossary.PoissonNLL()],
    ids=repr,
)
def test_at_the_optimum_no_direction_falls(loss, solver):
    model = LossRegressor(loss, l2=1e-3, solver=solver, tol=1e-9).fit(X, Y)
    raw = X @ model.coef_ + model.intercept_
    slope = loss.gradient(raw, Y) / len(Y)
    found = np.append(X.T @ slope + 1e-3 * model.coef_, slope.sum())
    start = loss.gradient(np.full_like(raw, model.objective_.start(Y)[0] + 1), Y) / len(Y)
    # Newton stops where a step gains 1e-18 of the value; the slope is as the root of that.
    assert np.abs(found).max() < 1e-6 * max(1.0, np.abs(start).sum())


def test_both_solvers_find_one_answer():
    rows = scale(X)
    for loss in (lossary.Huber(delta=20.0), lossary.PoissonNLL()):
        one, other = (LossRegressor(loss, solver=s).fit(rows, Y) for s in ("lbfgs", "newton"))
        np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-4, atol=1e-4)  # slopes near 1e-8


def test_l1_leaves_features_out():
    model = LossRegressor(lossary.Huber(delta=20.0), l1=1.0).fit(scale(X), Y)
    assert 0 < (model.coef_ == 0).sum() < X.shape[1]


def test_sparse_features_give_the_dense_answer():
    rows = np.where(RNG.random(SICK.shape) < 0.7, 0.0, SICK)
    dense = LossClassifier(l2=0.01).fit(rows, ILL)
    thin = LossClassifier(l2=0.01).fit(sparse.csr_array(rows), ILL)
    np.testing.assert_allclose(
        thin.coef_, dense.coef_, rtol=1e-6, atol=1e-8
    )  # two scalings, one optimum


def test_a_loss_that_sees_sides_is_handed_the_target_second():
    low, high = (LossRegressor(lossary.Quantile(level=q), l2=0.0).fit(X, Y) for q in (0.1, 0.9))
    assert (low.predict(X) > Y).mean() == pytest.approx(
        0.1, abs=0.03
    )  # eleven rows lie on the plane
    assert (high.predict(X) > Y).mean() == pytest.approx(0.9, abs=0.03)


def test_a_mean_and_its_deviation_are_learned_together():
    rows = RNG.normal(size=(4000, 1))
    target = 2 * rows[:, 0] + np.exp(0.5 * rows[:, 0]) * RNG.normal(size=4000)
    model = LossRegressor(lossary.GaussianNLL(), l2=0.0).fit(rows, target)
    mean, std = model.predict(np.array([[-1.0], [1.0]]), return_std=True)
    # A standard error of 4000 rows is about 2 %; four of them.
    np.testing.assert_allclose(mean, [-2, 2], atol=0.15)
    np.testing.assert_allclose(std, np.exp([-0.5, 0.5]), rtol=0.1)


def test_a_focal_loss_reports_calibrated_probabilities():
    rows = RNG.normal(size=(20_000, 1))
    yes = RNG.random(20_000) < 1 / (1 + np.exp(-2 * rows[:, 0]))
    model = LossClassifier(lossary.SigmoidFocal(), l2=0.0).fit(rows, yes)
    chance = model.predict_proba(rows)[:, 1]
    for low in np.arange(0.1, 0.9, 0.2):
        near = (chance >= low) & (chance < low + 0.2)
        # Four standard errors of some 2500 rows, and what a line cannot bend.
        assert abs(yes[near].mean() - chance[near].mean()) < 0.05
    assert ((model.decision_function(rows) > 0) == model.predict(rows)).all()


def test_a_search_goes_over_losses_and_their_parameters():
    pipe = make_pipeline(StandardScaler(), LossRegressor())
    losses = [lossary.HalfSquaredError(), lossary.Huber(delta=30.0), lossary.AbsoluteError()]
    search = GridSearchCV(
        pipe, {"lossregressor__loss": losses}, scoring="neg_mean_absolute_error", cv=3
    )
    search.fit(X, Y)
    assert search.best_params_["lossregressor__loss"] in losses


def test_a_model_pickles_and_predicts_the_same():
    model = LossRegressor(lossary.Huber(delta=20.0)).fit(X, Y)
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict(X) == model.predict(X)).all()
    assert again.loss == model.loss


def test_a_model_explains_itself():
    told = LossRegressor(lossary.TweedieDeviance(), l2=0.1).fit(X, Y).explain()
    assert "TweedieDeviance(power=1.5)" in told
    assert "log" in told
    assert "l2=0.1" in told


def test_hinge_has_no_probabilities():
    model = LossClassifier(lossary.Hinge(), l2=0.01).fit(SICK, ILL)
    assert not hasattr(model, "predict_proba")
    assert model.score(SICK, ILL) > 0.95


MISTAKES = {
    "a name": (LossRegressor("huber"), "loss=lossary.Huber() is one"),
    "of classes": (LossRegressor(lossary.CrossEntropy()), "is for classes"),
    "of all rows": (LossRegressor(lossary.RootMeanSquaredError()), "SquaredError() has the same"),
    "below zero": (LossRegressor(l2=-1.0), "l2=-1.0"),
    "no solver": (LossRegressor(solver="sgd"), "solver='sgd'"),
    "newton with l1": (LossRegressor(l1=1.0, solver="newton"), "lbfgs"),
}


@pytest.mark.parametrize(("model", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_mend(model, said):
    with pytest.raises(ArgumentError) as error:
        model.fit(X, Y)
    assert said in str(error.value)


def test_a_target_without_meaning_is_told():
    with pytest.raises(DomainError, match="target must lie in"):
        LossRegressor(lossary.PoissonNLL()).fit(X, Y - Y.mean())


def test_a_loss_of_probabilities_names_the_one_of_scores():
    with pytest.raises(ArgumentError, match="BinaryCrossEntropy"):
        LossClassifier(lossary.LogLoss()).fit(SICK, ILL)


def test_what_has_not_arrived_says_so():
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        LossRegressor(lossary.Huber(delta=20.0), max_iter=2).fit(X, Y)
