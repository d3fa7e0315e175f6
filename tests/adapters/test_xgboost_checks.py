"""XGBoost's estimators with any loss keep every habit that scikit-learn itself checks."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import lossary
from lossary.adapters.xgboost import Classifier, Regressor

MODELS = [
    Regressor(n_estimators=5),
    Regressor(lossary.Quantile(level=0.9), n_estimators=5),
    Classifier(n_estimators=5),
    Classifier(lossary.Hinge(), n_estimators=5),
]


def _expected(model):
    """Name the checks that a model cannot pass, and why."""
    if isinstance(model.loss, lossary.Quantile):
        return {"check_regressors_train": "it wants the mean explained, not a quantile"}
    return {}


@pytest.mark.filterwarnings("ignore:Unknown data type")  # XGBoost's word on rare sparse matrices
@parametrize_with_checks(MODELS, expected_failed_checks=_expected)
def test_scikit_learn_accepts_the_models(estimator, check):
    check(estimator)
