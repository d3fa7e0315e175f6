"""What judges the rounds of XGBoost: other losses, functions, and callbacks that listen."""

import numpy as np
import pytest
import xgboost
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import r2_score, roc_auc_score

import lossary
from lossary.adapters.xgboost import Classifier, Regressor

DIABETES, CANCER, IRIS = (
    load(return_X_y=True) for load in (load_diabetes, load_breast_cancer, load_iris)
)


def _stopped(model, data, metric, **parameters):
    features, target = data
    model.set_params(eval_metric=metric, early_stopping_rounds=4, n_estimators=60, **parameters)
    held = [(features[1::2], target[1::2])]
    return model.fit(features[::2], target[::2], eval_set=held, verbose=False)


def test_another_loss_judges_predictions_on_its_own_scale():
    features, target = DIABETES
    asked = [lossary.AbsoluteError(), lossary.PoissonNLL(), lossary.RootMeanSquaredError(), None]
    model = _stopped(Regressor(lossary.TweedieDeviance(power=1.3)), DIABETES, asked)
    said = model.evals_result()["validation_0"]
    assert list(said) == ["AbsoluteError", "PoissonNLL", "RootMeanSquaredError", "TweedieDeviance"]
    predicted, told = model.predict(features[1::2]).astype(float), target[1::2]
    best = model.best_iteration
    assert said["AbsoluteError"][best] == pytest.approx(np.abs(predicted - told).mean(), rel=1e-6)
    root = np.sqrt(np.square(predicted - told).mean())
    assert said["RootMeanSquaredError"][best] == pytest.approx(root, rel=1e-6)
    counts = (predicted - told * np.log(predicted)).mean()
    assert said["PoissonNLL"][best] == pytest.approx(counts, rel=1e-6)


@pytest.mark.parametrize("data", [CANCER, IRIS], ids=["two classes", "three classes"])
def test_another_loss_judges_the_probabilities_that_are_reported(data):
    features, target = data
    judge = lossary.CrossEntropy()
    model = _stopped(Classifier(lossary.SigmoidFocal()), data, judge)
    chances = model.predict_proba(features[1::2])
    own = -np.log(chances[np.arange(len(chances)), target[1::2]]).mean()
    said = model.evals_result()["validation_0"]["CrossEntropy"][model.best_iteration]
    assert said == pytest.approx(own, rel=1e-5)


def test_a_function_judges_predictions_and_may_be_to_grow():
    features, target = DIABETES
    model = _stopped(
        Regressor(lossary.Huber(delta=50.0)), DIABETES, r2_score, greater_is_better=True
    )
    said = model.evals_result()["validation_0"]["r2_score"]
    assert model.best_iteration == np.argmax(said) > 0
    assert max(said) == pytest.approx(r2_score(target[1::2], model.predict(features[1::2])))


def test_a_function_is_given_classes_by_name_probabilities_and_weights():
    features, target = CANCER
    named, seen = np.where(target == 1, "well", "ill"), []

    def ranked(y_true, y_prediction, sample_weight=None):
        seen.append((set(y_true), y_prediction.shape, sample_weight.sum()))
        return roc_auc_score(y_true == "well", y_prediction, sample_weight=sample_weight)

    model = Classifier(n_estimators=3, eval_metric=ranked, greater_is_better=True)
    watched = {"eval_set": [(features, named)], "sample_weight_eval_set": [np.full(569, 2.0)]}
    model.fit(features, named, verbose=False, **watched)
    assert seen == [({"well", "ill"}, (569,), 1138.0)] * 3
    assert model.evals_result()["validation_0"]["ranked"][-1] > 0.95


def test_a_callback_of_the_user_sees_the_judgement_and_may_keep_the_best():
    features, target = DIABETES
    stop = xgboost.callback.EarlyStopping(rounds=3, save_best=True, metric_name="Quantile")
    model = Regressor(lossary.Quantile(level=0.9), n_estimators=200, callbacks=[stop])
    held = (features[1::2], target[1::2])
    model.fit(features[::2], target[::2], eval_set=[held], verbose=False)
    said = model.evals_result()["validation_0"]["Quantile"]
    assert model.get_booster().num_boosted_rounds() == np.argmin(said) + 1 < len(said)
    own = float(model.loss(model.predict(held[0]), held[1]))
    assert own == pytest.approx(min(said), rel=1e-6)
