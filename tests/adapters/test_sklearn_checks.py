"""Our linear models keep every habit that scikit-learn itself checks."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import lossary
from lossary.adapters.sklearn import LossClassifier, LossRegressor

MODELS = [
    LossRegressor(),
    LossRegressor(lossary.Huber(delta=2.0), l1=0.01),
    LossRegressor(lossary.Quantile(level=0.8)),
    LossClassifier(),
    LossClassifier(lossary.SigmoidFocal(), l2=0.01),
    LossClassifier(lossary.Hinge(), l2=0.01),
]


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning"
)  # one step is asked of it
@parametrize_with_checks(MODELS)
def test_scikit_learn_accepts_the_models(estimator, check):
    check(estimator)
