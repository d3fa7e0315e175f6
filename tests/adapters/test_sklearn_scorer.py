"""scikit-learn: a loss scores models as scikit-learn's own scorers do, and says what it cannot."""

import pickle
from functools import partial

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import (
    BayesianRidge,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeCV,
    SGDClassifier,
)
from sklearn.metrics import (
    get_scorer,
    hinge_loss,
    log_loss,
    make_scorer,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_tweedie_deviance,
    zero_one_loss,
)
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

import lossary
from lossary.adapters.sklearn import LossClassifier, scorer
from lossary.errors import ArgumentError, DomainError, ShapeError, SuspicionWarning

RNG = np.random.default_rng(0)
CLOSE = {"rtol": 1e-12}
"""The same sums in another order."""


def thirds(x, *others):
    """Leave out two rows of three, so that tests are soon done."""
    return tuple(each[::3] for each in (x, *others))


AMOUNTS = thirds(*load_diabetes(return_X_y=True))
TWO = thirds(scale(load_breast_cancer().data), load_breast_cancer().target)
THREE = scale(load_iris().data), load_iris().target
NAMES = np.asarray(["setosa", "versicolor", "virginica"])[::-1]  # not in the order of the numbers


def weights(y):
    return RNG.uniform(0.2, 3.0, size=len(y))


def both(loss, theirs, model, x, y, **extras):
    """Hold a fitted model's score against that of another scorer, with and without weights."""
    mine, model = scorer(loss), model.fit(x, y)
    for more in ({}, {"sample_weight": weights(y)}):
        found = mine(model, x, y, **more, **extras)
        assert isinstance(found, float)
        np.testing.assert_allclose(found, theirs(model, x, y, **more), **CLOSE)


def lower_is_better(metric, response_method="predict", **parameters):
    return make_scorer(
        metric, greater_is_better=False, response_method=response_method, **parameters
    )


# ---- the same numbers as scikit-learn's ----------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (lossary.SquaredError(), get_scorer("neg_mean_squared_error")),
        (lossary.AbsoluteError(), get_scorer("neg_mean_absolute_error")),
        (lossary.RootMeanSquaredError(), get_scorer("neg_root_mean_squared_error")),
        (
            lossary.AbsolutePercentageError(),
            get_scorer("neg_mean_absolute_percentage_error"),
        ),
        (lossary.Quantile(level=0.9), lower_is_better(mean_pinball_loss, alpha=0.9)),
        (lossary.Quantile(level=0.1), lower_is_better(mean_pinball_loss, alpha=0.1)),
    ],
    ids=repr,
)
def test_amounts_are_judged_as_scikit_learn_judges_them(loss, theirs):
    both(loss, theirs, LinearRegression(), *AMOUNTS)
    multiple = np.stack([AMOUNTS[1], AMOUNTS[1] ** 0.5], axis=-1)
    if not isinstance(loss, lossary.RootMeanSquaredError):  # which has one root for all columns
        both(loss, theirs, LinearRegression(), AMOUNTS[0], multiple)


def test_means_are_judged_by_their_logarithm():
    x, y = AMOUNTS
    counts = np.floor(y / 20)
    model = PoissonRegressor(alpha=1e-3)
    tweedie = lower_is_better(mean_tweedie_deviance, power=1.3)
    both(lossary.TweedieDeviance(power=1.3), tweedie, model, x, counts)

    def poisson(y_true, y_pred, sample_weight=None):
        # Half the deviance, and the constants that it has and the likelihood has not.
        own = np.where(y_true > 0, y_true * np.log(np.maximum(y_true, 1)) - y_true, 0)
        deviance = mean_poisson_deviance(y_true, y_pred, sample_weight=sample_weight)
        return deviance / 2 - np.average(own, weights=sample_weight)

    both(lossary.PoissonNLL(), lower_is_better(poisson), model, x, counts)


PROBABILISTIC = {
    "linear": LogisticRegression(),
    "naive": GaussianNB(),
    "boosted": HistGradientBoostingClassifier(max_iter=5),
    "exponential": GradientBoostingClassifier(loss="exponential", n_estimators=5),
    "calibrated": CalibratedClassifierCV(LinearSVC(), cv=2),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
}
LOGS = {
    "probability": lossary.LogLoss(),
    "logit": lossary.BinaryCrossEntropy(),
    "scores": lossary.CrossEntropy(),
    "log_probability": lossary.NegativeLogLikelihood(),
    "sum": 0.25 * lossary.LogLoss() + 0.75 * lossary.BinaryCrossEntropy(),
}


@pytest.mark.parametrize("reads", LOGS)
@pytest.mark.parametrize("name", PROBABILISTIC)
def test_two_classes_are_judged_as_their_log_loss_is(name, reads):
    model, (x, y) = PROBABILISTIC[name], (TWO[0][:, :2], TWO[1])  # theirs clips what is sure
    assert LOGS[reads].domains[0][0].name in (reads, "logit")
    both(LOGS[reads], get_scorer("neg_log_loss"), clone(model), x, np.where(y, "b", "a"))


@pytest.mark.parametrize("reads", ["scores", "log_probability"])
@pytest.mark.parametrize("name", ["linear", "naive", "boosted", "calibrated", "pipeline"])
def test_many_classes_are_judged_as_their_log_loss_is(name, reads):
    model, (x, y) = PROBABILISTIC[name], (THREE[0][:, :2], THREE[1])  # theirs clips what is sure
    both(LOGS[reads], get_scorer("neg_log_loss"), clone(model), x, NAMES[y])


def test_margins_are_decisions_and_where_there_are_none_log_odds():
    x, y = TWO
    y = np.where(y, "yes", "no")

    def hinge(y_true, y_pred, sample_weight=None):
        return hinge_loss(y_true == "yes", y_pred, sample_weight=sample_weight)

    decisions = lower_is_better(hinge, response_method="decision_function")
    both(lossary.Hinge(), decisions, LinearSVC(), x, y)
    both(lossary.ZeroOne(), lower_is_better(zero_one_loss), LinearSVC(), x, y)
    both(lossary.ZeroOne(), lower_is_better(zero_one_loss), GaussianNB(), x, y)
    # Twice the score of AdaBoost's loss is a log-odds, but not its score itself.
    model = PROBABILISTIC["exponential"].fit(x, y)
    wanted = np.exp(np.where(y == "yes", -1, 1) * model.decision_function(x)).mean()
    assert scorer(lossary.Exponential())(model, x, y) == pytest.approx(-wanted, rel=1e-12)


def test_overlap_is_judged_of_probabilities_of_all_classes():
    x, y = THREE
    model = LogisticRegression().fit(x, NAMES[y])
    p, t = model.predict_proba(x), NAMES[y][:, None] == model.classes_
    wanted = 1 - 2 * (p * t).sum(0) / (p.sum(0) + t.sum(0))
    for reads in (lossary.domains.probability, lossary.domains.scores, lossary.domains.logit):
        loss = lossary.Dice().reading(reads)
        assert scorer(loss)(model, x, NAMES[y]) == pytest.approx(-wanted.mean(), rel=1e-12)
    total = 0.25 * lossary.Dice() + 0.75 * lossary.BinaryCrossEntropy()  # of each class by itself
    each = -np.where(t, np.log(p), np.log1p(-p)).mean()
    found = scorer(total)(model, x, NAMES[y])
    assert found == pytest.approx(-0.25 * wanted.mean() - 0.75 * each, rel=1e-12)


def test_a_mean_with_its_doubt_is_judged_by_both():
    x, y = AMOUNTS
    for model in (BayesianRidge(), make_pipeline(StandardScaler(), BayesianRidge())):
        mean, deviation = model.fit(x, y).predict(x, return_std=True)
        wanted = np.log(deviation) + ((y - mean) / deviation) ** 2 / 2
        found = scorer(lossary.GaussianNLL())(model, x, y)
        assert found == pytest.approx(-wanted.mean(), rel=1e-12)


def test_a_sure_model_is_judged_by_its_scores_and_not_by_probabilities_that_round():
    x, y = TWO
    model = LogisticRegression().fit(x, y)
    model.coef_ *= 1000  # as sure as can be, and wrong here and there
    assert (model.predict_proba(x) == 0).any()
    p = model.decision_function(x)
    wanted = np.logaddexp(0, np.where(y, -p, p)).mean()
    assert scorer(lossary.BinaryCrossEntropy())(model, x, y) == pytest.approx(-wanted, rel=1e-12)
    assert scorer(lossary.CrossEntropy())(model, x, y) == pytest.approx(-wanted, rel=1e-12)


def test_a_model_that_minimises_a_loss_is_judged_by_the_scores_that_it_minimised():
    x, y = TWO
    names = np.where(y, "b", "a")
    loss = lossary.SigmoidFocal(alpha=0.4, gamma=2.0)
    model = LossClassifier(loss, l2=0.1).fit(x, names)
    raw = x @ np.ravel(model.coef_) + model.intercept_
    assert abs(1 / (1 + np.exp(-raw)) - model.predict_proba(x)[:, 1]).max() > 0.05
    found = scorer(loss)(model, x, names)
    assert found == pytest.approx(-float(loss(raw, y.astype(float))), rel=1e-12)
    both(lossary.BinaryCrossEntropy(), get_scorer("neg_log_loss"), model, x, names)


def test_a_probability_of_zero_for_what_happens_costs_infinity():
    x, y = TWO
    tree = DecisionTreeClassifier(max_depth=4).fit(x, y)
    wrong = tree.predict(x) != y
    sure = (tree.predict_proba(x).max(1) == 1) & ~wrong
    turned = np.where(np.arange(len(y)) == np.flatnonzero(sure)[0], 1 - y, y)
    for loss in (LOGS["probability"], LOGS["logit"], LOGS["scores"], lossary.SigmoidFocal()):
        assert scorer(loss)(tree, x[sure], y[sure]) == 0
        assert scorer(loss)(tree, x, turned) == -np.inf


# ---- what else may be asked for ------------------------------------------------------------------


def test_a_response_is_read_as_it_is():
    x, y = TWO
    names = np.where(y, "yes", "no")
    model = LogisticRegression().fit(x, names)
    brier = scorer(lossary.SquaredError(), response="predict_proba")
    assert brier(model, x, names) == pytest.approx(
        -((model.predict_proba(x)[:, 1] - y) ** 2).mean()
    )
    machine = LinearSVC().fit(x, names)
    logits = scorer(lossary.BinaryCrossEntropy(), response="decision_function")
    p = machine.decision_function(x)
    assert logits(machine, x, names) == pytest.approx(-np.logaddexp(0, np.where(y, -p, p)).mean())
    line = Ridge().fit(x, np.log1p(y))
    logarithms = scorer(lossary.PoissonNLL(), response="predict")
    p = line.predict(x)
    assert logarithms(line, x, y) == pytest.approx(-(np.exp(p) - y * p).mean())


def doubtful(estimator, features):
    mean = estimator.predict(features)
    return np.stack([mean, 0 * mean], axis=-1)


def test_a_response_may_be_a_function():
    x, y = AMOUNTS
    model = LinearRegression().fit(x, y)
    found = scorer(lossary.GaussianNLL(), response=doubtful)(model, x, y)
    assert found == pytest.approx(-((y - model.predict(x)) ** 2).mean() / 2)


def test_a_table_of_labels_is_judged_by_a_function_that_makes_its_probabilities():
    x, y = thirds(*THREE)
    table = np.stack([y > 0, y > 1], axis=-1).astype(int)
    model = DecisionTreeClassifier(max_depth=2).fit(x, table)

    def of_both(estimator, features):
        return np.stack([each[:, 1] for each in estimator.predict_proba(features)], axis=-1)

    found = scorer(lossary.LogLoss(), response=of_both)(model, x, table)
    wanted = np.mean([log_loss(table[:, i], of_both(model, x)[:, i]) for i in range(2)])
    assert found == pytest.approx(-wanted, rel=1e-9, abs=1e-12)  # theirs clips at an epsilon


# ---- at home in scikit-learn ---------------------------------------------------------------------


def test_a_search_finds_what_the_loss_asks_for():
    x, y = AMOUNTS
    search = GridSearchCV(Ridge(), {"alpha": [1e-3, 1e-1, 10.0]}, cv=3)
    for level in (0.1, 0.9):
        mine = clone(search).set_params(scoring=scorer(lossary.Quantile(level=level))).fit(x, y)
        theirs = lower_is_better(mean_pinball_loss, alpha=level)
        wanted = clone(search).set_params(scoring=theirs).fit(x, y)
        scores = [each.cv_results_["mean_test_score"] for each in (mine, wanted)]
        np.testing.assert_allclose(*scores, **CLOSE)
        assert mine.best_params_ == wanted.best_params_
        assert mine.score(x, y) == pytest.approx(wanted.score(x, y), rel=1e-12)


def test_several_metrics_stand_side_by_side():
    x, y = THREE
    scoring = {
        "mine": scorer(lossary.CrossEntropy()),
        "theirs": "neg_log_loss",
        "right": "accuracy",
    }
    found = cross_validate(LogisticRegression(), x, NAMES[y], scoring=scoring)
    np.testing.assert_allclose(found["test_mine"], found["test_theirs"], **CLOSE)
    search = GridSearchCV(
        LogisticRegression(), {"C": [0.1, 1.0]}, scoring=scoring, refit="mine", cv=3
    ).fit(x, y, sample_weight=weights(y))
    rank = search.cv_results_
    np.testing.assert_allclose(rank["mean_test_mine"], rank["mean_test_theirs"], **CLOSE)


def test_ridge_regression_chooses_its_penalty_by_it():
    x, y = AMOUNTS
    chosen = partial(RidgeCV, alphas=(1e-3, 1e-1, 10.0))
    mine = chosen(scoring=scorer(lossary.SquaredError())).fit(x, y)
    assert mine.alpha_ == chosen(scoring="neg_mean_squared_error").fit(x, y).alpha_


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
def test_weights_are_routed_to_it_if_it_asked_for_them():
    x, y = AMOUNTS
    params, model = {"sample_weight": weights(y)}, Ridge().set_fit_request(sample_weight=False)
    theirs = get_scorer("neg_mean_squared_error")
    plain = cross_val_score(model, x, y, scoring=theirs, params={})
    mine = scorer(lossary.SquaredError())
    np.testing.assert_allclose(
        cross_val_score(model, x, y, scoring=mine, params={}), plain, **CLOSE
    )
    pair = [each.set_score_request(sample_weight=True) for each in (mine, theirs)]
    found = [cross_val_score(model, x, y, scoring=each, params=params) for each in pair]
    np.testing.assert_allclose(*found, **CLOSE)
    assert np.abs(found[0] - plain).min() > 1
    model.set_fit_request(sample_weight=True)
    mine.set_score_request(sample_weight=False)
    found = cross_val_score(model, x, y, scoring=mine, params=params)
    theirs.set_score_request(sample_weight=False)
    wanted = cross_val_score(model, x, y, scoring=theirs, params=params)
    np.testing.assert_allclose(found, wanted, **CLOSE)


@pytest.mark.usefixtures("routing")
def test_weights_are_routed_to_it_under_another_name():
    x, y = AMOUNTS
    model = Ridge().set_fit_request(sample_weight=True)
    aliased = scorer(lossary.SquaredError()).set_score_request(sample_weight="importance")
    params = {"sample_weight": weights(y), "importance": weights(y)}
    found = cross_val_score(model, x, y, scoring=aliased, params=params)
    aliased = get_scorer("neg_mean_squared_error").set_score_request(sample_weight="importance")
    np.testing.assert_allclose(
        found, cross_val_score(model, x, y, scoring=aliased, params=params), **CLOSE
    )


@pytest.mark.usefixtures("routing")
def test_weights_that_nobody_asked_for_are_refused_by_name():
    x, y = AMOUNTS
    model = Ridge().set_fit_request(sample_weight=False)
    with pytest.raises(ValueError, match=r"scorer\(SquaredError\(\)\)\.score"):
        cross_val_score(
            model,
            x,
            y,
            scoring=scorer(lossary.SquaredError()),
            params={"sample_weight": weights(y)},
        )


def test_it_is_pickled_cloned_and_written_down():
    mine = scorer(lossary.Quantile(level=0.9), response=doubtful)
    x, y = AMOUNTS
    plain = scorer(lossary.Quantile(level=0.9))
    model = LinearRegression().fit(x, y)
    for copy in (pickle.loads(pickle.dumps(plain)), clone(plain, safe=False)):
        assert copy(model, x, y) == plain(model, x, y)
    assert repr(plain) == "scorer(Quantile(level=0.9))"
    assert pickle.loads(pickle.dumps(mine)).response is doubtful
    assert eval(repr(plain), vars(lossary) | {"scorer": scorer})(model, x, y) == plain(model, x, y)
    search = clone(GridSearchCV(Ridge(), {"alpha": [1.0]}, scoring=plain))
    assert "scorer(Quantile(level=0.9))" in repr(search)


# ---- refusals ------------------------------------------------------------------------------------


def refused(loss, model, x, y, told, error=ArgumentError, **options):
    with pytest.raises(error, match=told):
        scorer(loss, **options)(model.fit(x, y), x, y)


def test_two_classes_are_not_judged_of_three():
    told = r"BinaryCrossEntropy judges two classes, but LogisticRegression knows 3\.\nHint: Cross"
    refused(lossary.BinaryCrossEntropy(), LogisticRegression(), *THREE, told)
    piped = make_pipeline(StandardScaler(), LogisticRegression())
    refused(lossary.Hinge(), piped, *THREE, "LogisticRegression knows 3")


def test_margins_are_not_taken_for_logits():
    x, y = TWO
    told = r"LinearSVC has no predict_proba\.\nHint: CalibratedClassifierCV .* BinaryCrossEntropy"
    refused(
        lossary.BinaryCrossEntropy(), LinearSVC(), x, y, told + ".*response='decision_function'"
    )
    refused(lossary.CrossEntropy(), SGDClassifier(), x, y, "SGDClassifier has no predict_proba")
    refused(lossary.LogLoss(), SVC(), x, y, "SVC has no predict_proba")


def test_classes_are_not_judged_of_a_regressor():
    refused(lossary.LogLoss(), LinearRegression(), *TWO, "LinearRegression has no predict_proba")


def test_amounts_are_not_judged_of_names():
    x, y = THREE
    told = r"SquaredError judges amounts, but the targets are labels such as '\w+'"
    refused(lossary.SquaredError(), LogisticRegression(), x, NAMES[y], told)


def test_the_logarithm_of_a_negative_mean_is_not_taken():
    x, y = AMOUNTS
    told = r"TweedieDeviance reads the logarithm of what Ridge predicts, but \d+ of 148 predictions"
    refused(lossary.TweedieDeviance(), Ridge(alpha=1e-6), x, (y > 250) * y, told, DomainError)


def test_targets_are_held_against_their_domain():
    x, y = AMOUNTS
    told = r"PoissonNLL: target must lie in \[0, inf\)"
    model = DummyClassifier().fit(x, y)
    with pytest.raises(DomainError, match=told):
        scorer(lossary.PoissonNLL())(model, x, y - 100)


def test_a_label_that_was_never_seen_is_named():
    x, y = THREE
    model = LogisticRegression().fit(x[:100], y[:100])
    with pytest.raises(ArgumentError, match=r"fitted without the label 2.*\nHint: StratifiedKFold"):
        scorer(lossary.CrossEntropy())(model, x, y)
    with pytest.warns(UserWarning, match="without the label"):
        cross_val_score(model, x, y, scoring=scorer(lossary.CrossEntropy()), cv=KFold(3))


def test_a_fold_without_a_class_is_judged_by_the_classes_of_the_model():
    x, y = THREE
    model = LogisticRegression().fit(x, NAMES[y])
    rows = y > 0  # the labels that are left are not the first ones
    wanted = -log_loss(NAMES[y[rows]], model.predict_proba(x[rows]), labels=model.classes_)
    assert scorer(lossary.CrossEntropy())(model, x[rows], NAMES[y[rows]]) == pytest.approx(wanted)
    rows = y < 2
    wanted = -log_loss(NAMES[y[rows]], model.predict_proba(x[rows]), labels=model.classes_)
    assert scorer(lossary.CrossEntropy())(model, x[rows], NAMES[y[rows]]) == pytest.approx(wanted)


def test_a_doubt_that_a_model_has_not_is_not_made_up():
    told = r"GaussianNLL reads mean and log_variance, but Ridge predicts one number\.\nHint"
    refused(lossary.GaussianNLL(), Ridge(), *AMOUNTS, told)


def test_probabilities_for_logits_are_noticed_where_they_are_asked_for():
    x, y = TWO
    model = LogisticRegression().fit(x, y)
    with pytest.warns(SuspicionWarning, match="as after a sigmoid"):
        scorer(lossary.BinaryCrossEntropy(), response="predict_proba")(model, x, y)


def test_what_is_no_loss_of_a_prediction_and_a_target_is_refused():
    with pytest.raises(ArgumentError, match=r"scorer\('huber'\): expected a loss"):
        scorer("huber")
    with pytest.raises(ArgumentError, match="TripletMargin takes anchor, positive, negative"):
        scorer(lossary.TripletMargin())
    with pytest.raises(ArgumentError, match=r"response='proba'.*Did you mean predict_proba"):
        scorer(lossary.LogLoss(), response="proba")


def test_shapes_are_not_broadcast():
    x, y = AMOUNTS
    model = LinearRegression().fit(x, y[:, None])
    with pytest.raises(ShapeError, match="would fit"):
        scorer(lossary.SquaredError())(model, x, y)
