"""What XGBoost passes over in silence, and its estimators with our losses do not."""

import numpy as np
import pytest
import xgboost
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

import lossary
from lossary.adapters.xgboost import Classifier, Regressor
from lossary.errors import ArgumentError, DomainError, ShapeError, SuspicionWarning

DIABETES, CANCER, IRIS = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_iris)
)
MEDIAN = lossary.AbsoluteError()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Regressor(objective="reg:quantileerror"), r"loss=lossary\.Quantile\(level="),
        (Regressor(objective=lambda y, raw: (raw - y, raw)), "the loss is the objective"),
        (Classifier(objective="multi:softmax"), r"loss=lossary\.CrossEntropy\(\)"),
        (Regressor(base_score=0.5), "base_score"),
        (Regressor(quantile_alpha=0.9), r"Quantile\(level=\.\.\.\)"),
        (Regressor(scale_pos_weight=3), "sample_weight"),
        (Regressor(loss="mse"), r"loss=lossary\.SquaredError\(\)"),
        (Regressor(lossary.BinaryCrossEntropy()), "is for classes"),
        (Regressor(lossary.RootMeanSquaredError()), r"SquaredError\(\) has the same optimum"),
        (Regressor(lossary.InfoNCE()), "compares rows"),
        (Classifier(lossary.LogLoss()), r"BinaryCrossEntropy\(\) has the same optimum"),
        (Classifier(lossary.Huber()), "is for amounts"),
        (Regressor(MEDIAN, booster="dart"), "booster='gbtree'"),
        (Regressor(MEDIAN, booster="gblinear"), "booster='gbtree'"),
        (Regressor(MEDIAN, monotone_constraints=(1,)), "Huber"),
        (Classifier(lossary.Hinge(), multi_strategy="multi_output_tree"), "one_output_per_tree"),
        (
            Regressor(MEDIAN, callbacks=[xgboost.callback.TrainingCheckPoint(".")]),
            "TrainingCheckPoint",
        ),
        (Regressor(eval_metric="rmse"), r"sklearn\.metrics\.root_mean_squared_error"),
        (Regressor(eval_metric=[MEDIAN, 3]), "a metric of the host's own"),
        (Regressor(eval_metric=[lambda y, p: 0, lambda y, p: 1]), "two are named '<lambda>'"),
        (Regressor(eval_metric=lossary.GaussianNLL()), "judges a mean and its uncertainty"),
        (Regressor(eval_metric=lossary.BinaryCrossEntropy()), "eval_metric's target"),
    ],
)
def test_what_fights_with_a_loss_is_refused_with_what_to_do(model, said):
    target = DIABETES[1] > 140 if isinstance(model, Classifier) else DIABETES[1]
    with pytest.raises(ArgumentError, match=said):
        model.fit(DIABETES[0], target)


def test_a_weight_of_positives_needs_two_classes():
    with pytest.raises(ArgumentError, match="there are 3"):
        Classifier(scale_pos_weight=3).fit(*IRIS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"base_margin": np.zeros(442)}, "sample_weight=exposure"),
        ({"xgb_model": Regressor()}, "n_estimators"),
        ({"eval_set": DIABETES}, r"eval_set=\[\(X, y\)\]"),
        ({"eval_set": [DIABETES], "sample_weight_eval_set": []}, "has 0 entries"),
        ({"sample_weight": np.zeros(442)}, "zero throughout"),
    ],
)
def test_what_fit_cannot_take_is_refused_with_what_to_do(given, said):
    with pytest.raises(ArgumentError, match=said):
        Regressor(n_estimators=1).fit(*DIABETES, **given)


def test_rows_and_targets_and_weights_must_be_as_many():
    features, target = DIABETES
    with pytest.raises(ShapeError, match="442 rows, but y has 441"):
        Regressor().fit(features, target[1:])
    with pytest.raises(ShapeError, match=r"shape \(441,\)"):
        Regressor().fit(features, target, sample_weight=np.ones(441))


@pytest.mark.parametrize(
    ("loss", "wrong"),
    [(lossary.TweedieDeviance(), -1.0), (None, np.nan), (lossary.AbsolutePercentageError(), 0.0)],
)
def test_a_target_outside_the_loss_s_domain_is_told_of_training_rows_and_of_others(loss, wrong):
    features, target = DIABETES
    bad = np.where(np.arange(len(target)) == 7, wrong, target)
    with pytest.raises(DomainError, match=r"target\[7\]"):
        Regressor(loss).fit(features, bad)
    with pytest.raises(DomainError, match=r"target\[7\]"):
        Regressor(loss).fit(features, target, eval_set=[(features, bad)])


def test_one_class_is_too_few_and_a_new_one_is_not_known():
    features, target = IRIS
    with pytest.raises(ArgumentError, match="cannot learn from one class"):
        Classifier().fit(features, np.zeros(150))
    with pytest.raises(ArgumentError, match="the class 2 is not among those of y"):
        Classifier().fit(features[:100], target[:100], eval_set=[IRIS])


def test_hinge_has_no_probabilities_and_says_what_has():
    model = Classifier(lossary.Hinge(), n_estimators=1).fit(*CANCER)
    assert not hasattr(model, "predict_proba")
    with pytest.raises(AttributeError) as said:
        _ = model.predict_proba
    assert "decision_function" in str(said.value.__cause__)


def test_trees_that_never_split_are_told_with_the_cause_and_the_mend():
    features, target = DIABETES
    with pytest.warns(SuspicionWarning) as said:
        Regressor(lossary.GaussianNLL(), n_estimators=5).fit(features, target)
    told = str(said[0].message)
    assert len(said) == 1
    for word in ("(mean)", "all 442 rows together is 0.0745", "min_child_weight=1 on either side"):
        assert word in told
    mended = {"min_child_weight": 0.0002, "reg_lambda": 0.0002}
    assert "min_child_weight=0.0002, reg_lambda=0.0002" in told
    better = Regressor(lossary.GaussianNLL(), n_estimators=5, **mended).fit(features, target)
    assert np.ptp(better.predict(features)) > 100


@pytest.mark.parametrize(
    ("model", "weight", "said"),
    [
        (Regressor(lossary.Quantile(level=0.9)), 1 / 442, "rows together is 1 .*_weight=0.002, as"),
        (Regressor(lossary.AbsolutePercentageError()), None, "have 3 leaves at most.* 112 rows in"),
        (Regressor(min_child_weight=1e-5), 1e-4, "reg_lambda=1 makes each step 23.6 times smaller"),
        (Regressor(gamma=1e9), None, r"worth gamma=1e\+09 .*lower these two"),
    ],
)
def test_each_cause_has_its_own_words(model, weight, said):
    weight = None if weight is None else np.full(442, weight)
    with pytest.warns(SuspicionWarning, match=f"(?s){said}"):
        model.set_params(n_estimators=2).fit(*DIABETES, sample_weight=weight)


def test_where_there_is_nothing_to_learn_there_is_nothing_to_tell():
    features = DIABETES[0]
    for loss in (None, MEDIAN, lossary.PoissonNLL()):
        model = Regressor(loss, n_estimators=2).fit(features, np.full(442, 0.1))
        np.testing.assert_allclose(model.predict(features), 0.1, rtol=1e-6)


def test_a_class_too_rare_to_split_for_is_no_cause_for_alarm():
    features, target = IRIS
    rare = np.concatenate([np.flatnonzero(target < 2), [149]])
    Classifier(n_estimators=2).fit(features[rare], target[rare])
