"""CatBoost's estimators with any loss keep every habit that scikit-learn checks of them, and more
of them than CatBoost's own do."""

import warnings

import pytest
from catboost import CatBoost
from sklearn.utils.estimator_checks import parametrize_with_checks

import lossary
from lossary.adapters.catboost import Classifier, Regressor

QUIET = {"silent": True, "allow_writing_files": False, "thread_count": 1}
FAST = {"iterations": 10, "learning_rate": 0.5, "depth": 4} | QUIET
MODELS = [
    Regressor(**FAST),
    Regressor(lossary.Quantile(level=0.9), **FAST),
    Classifier(**FAST),
    Classifier(lossary.Hinge(), **FAST),
]
BOTH = {
    "check_do_not_raise_errors_in_init_or_set_params": "CatBoost refuses unknown names at once",
    "check_sample_weights_not_an_array": "CatBoost reads arrays, lists and frames only",
    "check_sample_weight_equivalence_on_dense_data": "weights move no border of CatBoost's bins",
    "check_sample_weight_equivalence_on_sparse_data": "CatBoost does not read csr_array",
    "check_dtype_object": "CatBoost raises an error of its own, no TypeError",
    "check_estimators_empty_data_messages": "as above, no ValueError",
    "check_estimator_sparse_tag": "CatBoost does not read csr_array",
    "check_estimator_sparse_array": "as above",
    "check_estimator_sparse_matrix": "CatBoost does not read dia_matrix",
    "check_fit1d": "CatBoost reads a single feature as one",
    "check_fit2d_predict1d": "CatBoost reads a single row as one",
}
OF_AMOUNTS = {
    "check_regressor_data_not_an_array": "CatBoost reads arrays, lists and frames only",
    "check_fit2d_1sample": "CatBoost raises an error of its own, no ValueError",
}
OF_CLASSES = {"check_classifier_data_not_an_array": OF_AMOUNTS["check_regressor_data_not_an_array"]}
OF_QUANTILES = {"check_regressors_train": "it wants the mean explained, not a quantile"}


def _expected(model):
    """Name the checks that a model cannot pass, and why."""
    own = OF_CLASSES if isinstance(model, Classifier) else OF_AMOUNTS
    return BOTH | own | (OF_QUANTILES if isinstance(model.loss, lossary.Quantile) else {})


with warnings.catch_warnings():
    # CatBoost's classes, too, are estimators by what they do, not by their family.
    warnings.filterwarnings("ignore", "Estimator .* does not inherit")
    accepted = parametrize_with_checks(MODELS, expected_failed_checks=_expected)


@accepted
def test_scikit_learn_accepts_the_models(estimator, check):
    check(estimator)


@pytest.mark.parametrize("model", [MODELS[0], MODELS[2]], ids=["amounts", "classes"])
def test_what_cannot_be_passed_is_what_catboost_cannot_pass(model):
    theirs = CatBoost.get_sklearn_estimator_xfail_checks(model)
    assert _expected(model).keys() < theirs.keys()
