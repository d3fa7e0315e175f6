"""What CatBoost passes over in silence, and its estimators with our losses do not."""

import numpy as np
import pytest
from catboost import Pool
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

import lossary
from lossary.adapters.catboost import Classifier, Regressor
from lossary.errors import ArgumentError, DomainError, ShapeError, SuspicionWarning

DIABETES, CANCER, IRIS = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_iris)
)
QUIET = {"silent": True, "allow_writing_files": False, "thread_count": 1, "iterations": 3}
MEDIAN, GAUSS = lossary.AbsoluteError(), lossary.GaussianNLL()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Regressor(loss_function="Quantile:alpha=0.9"), r"loss=lossary\.Quantile\(level="),
        (Regressor(objective="RMSE"), r"loss=lossary\.HalfSquaredError\(\)"),
        (Classifier(loss_function="MultiClass"), r"loss=lossary\.CrossEntropy\(\)"),
        (Regressor(custom_metric=["MAE"]), "eval_metric takes"),
        (Regressor(eval_fraction=0.2), r"eval_set=\(X, y\)"),
        (Regressor(boost_from_average=False), "the loss's own best constant"),
        (Regressor(task_type="GPU"), "on the CPU only"),
        (Classifier(class_names=[1, 0]), "y says which classes"),
        (Regressor(loss="mse"), r"loss=lossary\.SquaredError\(\)"),
        (Regressor(lossary.BinaryCrossEntropy()), "is for classes"),
        (Regressor(lossary.RootMeanSquaredError()), r"SquaredError\(\) has the same optimum"),
        (Regressor(lossary.InfoNCE()), "compares rows"),
        (Classifier(lossary.LogLoss()), r"BinaryCrossEntropy\(\) has the same optimum"),
        (Classifier(lossary.Huber()), "is for amounts"),
        (Regressor(MEDIAN, boosting_type="Ordered"), "boosting_type='Plain'"),
        (Regressor(MEDIAN, leaf_estimation_iterations=5), "leaf_estimation_iterations=1"),
        (Regressor(MEDIAN, leaf_estimation_method="Newton"), "leaf_estimation_method='Exact'"),
        (Regressor(MEDIAN, monotone_constraints=[1] * 10), "Huber"),
        (Regressor(MEDIAN, langevin=True), "langevin"),
        (Regressor(GAUSS, boosting_type="Ordered"), "leaves of its own"),
        (Regressor(GAUSS, leaf_estimation_method="Gradient"), "leaf_estimation_method='Newton'"),
        (Regressor(GAUSS, od_type="IncToDec"), r"early_stopping_rounds=\.\.\."),
        (Regressor(GAUSS, text_features=[0]), "statistics of text_features"),
        (Regressor(eval_metric="RMSE"), r"sklearn\.metrics\."),
        (Regressor(eval_metric=[MEDIAN, GAUSS]), "GaussianNLL"),
        (Regressor(eval_metric=[MEDIAN, lossary.Huber()]), "CatBoost takes one"),
        (Regressor(eval_metric=lossary.BinaryCrossEntropy()), "eval_metric's target"),
        (Classifier(class_weights=[1.0, 2.0, 3.0]), "does not fit the classes"),
        (Classifier(class_weights={0: 1.0, 7: 2.0}), "does not fit the classes"),
        (Classifier(auto_class_weights="even"), "'Balanced', 'SqrtBalanced'"),
        (Classifier(auto_class_weights="Balanced", class_weights=[1, 2]), "say the same"),
    ],
)
def test_what_fights_with_a_loss_is_refused_with_what_to_do(model, said):
    target = DIABETES[1] > 140 if isinstance(model, Classifier) else DIABETES[1]
    with pytest.raises(ArgumentError, match=said):
        model.fit(DIABETES[0], target.astype(int) if target.dtype == bool else target)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"baseline": np.zeros(442)}, "sample_weight=exposure"),
        ({"init_model": Regressor()}, "iterations"),
        ({"sample_weight": np.zeros(442)}, "zero throughout"),
        ({"early_stoping_rounds": 3}, "Did you mean early_stopping_rounds"),
        ({"eval_set": [DIABETES[0], DIABETES[1]]}, r"eval_set=\[\(X, y\)\]"),
        ({"eval_set": Pool(*DIABETES)}, r"eval_set=\(X, y\)"),
        ({"eval_set": [DIABETES, Pool(*DIABETES)]}, r"eval_set=\(X, y\)"),
    ],
)
def test_what_fit_cannot_take_is_refused_with_what_to_do(given, said):
    with pytest.raises(ArgumentError, match=said):
        Regressor(**QUIET).fit(*DIABETES, **given)


def test_a_pool_is_for_asking_and_not_for_training():
    model = Regressor(lossary.Quantile(level=0.9), **QUIET)
    with pytest.raises(ArgumentError, match=r"fit\(X, y"):
        model.fit(Pool(*DIABETES), None)
    said = model.fit(*DIABETES).predict(Pool(DIABETES[0]))
    np.testing.assert_array_equal(said, model.predict(DIABETES[0]))


def test_rows_and_targets_and_weights_must_be_as_many():
    features, target = DIABETES
    with pytest.raises(ShapeError, match="442 rows, but y has 441"):
        Regressor(**QUIET).fit(features, target[1:])
    with pytest.raises(ShapeError, match=r"shape \(441,\)"):
        Regressor(**QUIET).fit(features, target, sample_weight=np.ones(441))
    with pytest.raises(ShapeError, match="442 rows, but y has 441"):
        Regressor(**QUIET).fit(features, target, eval_set=(features, target[1:]))
    with pytest.raises(ShapeError, match="X has 9 features, but Regressor is expecting 10"):
        Regressor(**QUIET).fit(features, target).predict(features[:, 1:])


@pytest.mark.parametrize(
    ("loss", "wrong"),
    [(lossary.TweedieDeviance(), -1.0), (None, np.nan), (lossary.AbsolutePercentageError(), 0.0)],
)
def test_a_target_outside_the_loss_s_domain_is_told_of_training_rows_and_of_others(loss, wrong):
    features, target = DIABETES
    bad = np.where(np.arange(len(target)) == 7, wrong, target)
    with pytest.raises(DomainError, match=r"target\[7\]"):
        Regressor(loss, **QUIET).fit(features, bad)
    with pytest.raises(DomainError, match=r"target\[7\]"):
        Regressor(loss, **QUIET).fit(features, target, eval_set=[(features, bad)])


def test_one_class_is_too_few_and_a_new_one_is_not_known():
    features, target = IRIS
    with pytest.raises(ArgumentError, match="cannot learn from one class"):
        Classifier(**QUIET).fit(features, np.zeros(150))
    with pytest.raises(ArgumentError, match="the class 2 is not among those of y"):
        Classifier(**QUIET).fit(features[:100], target[:100], eval_set=[IRIS])


def test_raw_scores_are_the_only_other_kind_of_prediction():
    model = Regressor(lossary.PoissonNLL(), **QUIET).fit(*DIABETES)
    with pytest.raises(ArgumentError, match="'RawFormulaVal'"):
        model.predict(DIABETES[0], prediction_type="Exponent")


def test_hinge_has_no_probabilities_and_says_what_has():
    model = Classifier(lossary.Hinge(), **QUIET).fit(*CANCER)
    for name in ("predict_proba", "predict_log_proba", "staged_predict_proba"):
        assert not hasattr(model, name)
    with pytest.raises(AttributeError) as said:
        _ = model.predict_proba
    assert "decision_function" in str(said.value.__cause__)


def test_steps_that_hardly_move_are_told_with_the_cause_and_the_mend():
    features, target = DIABETES
    with pytest.warns(SuspicionWarning, match=r"hardly learns.*l2_leaf_reg=3 makes") as said:
        still = Regressor(GAUSS, **QUIET | {"iterations": 20}).fit(features, target)
    assert "Hint: l2_leaf_reg=0.0005" in str(said[0].message)
    assert np.ptp(still.predict(features)) < 1
    better = Regressor(GAUSS, l2_leaf_reg=0.0005, **QUIET | {"iterations": 20})
    assert np.ptp(better.fit(features, target).predict(features)) > 20


def test_trees_that_never_split_are_told():
    features, target = DIABETES
    model = Regressor(grow_policy="Lossguide", min_data_in_leaf=400, **QUIET)
    with pytest.warns(SuspicionWarning, match="no tree has split.*min_data_in_leaf=400"):
        model.fit(features, target)
    assert np.ptp(model.predict(features)) == 0
