"""Models of XGBoost and their parameters: copied, searched through, written down and read again."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
import xgboost
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lossary
from lossary.adapters.xgboost import Classifier, Regressor
from lossary.errors import ArgumentError, FormatError

DIABETES, (FLOWERS, KINDS) = load_diabetes(return_X_y=True), load_iris(return_X_y=True)
IRIS = FLOWERS, np.array(["setosa", "versicolor", "virginica"])[KINDS]
SMALL = {"min_child_weight": 1e-6, "reg_lambda": 1e-6, "n_estimators": 8}
MODELS = {
    "squared": (Regressor(n_estimators=8, monotone_constraints=(0, 0, 1)), DIABETES),
    "quantile": (Regressor(lossary.Quantile(level=0.9), **SMALL), DIABETES),
    "tweedie": (Regressor(lossary.TweedieDeviance(power=1.3), n_estimators=np.int64(8)), DIABETES),
    "gaussian": (Regressor(lossary.GaussianNLL(), **SMALL), DIABETES),
    "sum": (Regressor(lossary.Huber() + lossary.AbsoluteError(), n_estimators=8), DIABETES),
    "usual": (Classifier(n_estimators=8), IRIS),
    "hinge": (Classifier(lossary.Hinge(), n_estimators=8), IRIS),
    "focal": (Classifier(lossary.SigmoidFocal(), n_estimators=8), (FLOWERS, KINDS == 2)),
}


@pytest.fixture(params=MODELS)
def fitted(request):
    """Return a fitted model that stopped early, and its features."""
    model, (features, target) = MODELS[request.param]
    model = clone(model).set_params(early_stopping_rounds=2)
    held = features[1::2], target[1::2]
    return model.fit(features[::2], target[::2], eval_set=[held], verbose=False), features


def _everything(model, features):
    asked = ("predict", "predict_proba", "decision_function")
    said = [getattr(model, name)(features) for name in asked if hasattr(model, name)]
    return [*said, model.predict(features, output_margin=True)]


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_says_the_same(fitted, again):
    model, features = fitted
    twin = again(model)
    for ours, theirs in zip(_everything(model, features), _everything(twin, features), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert twin.explain() == model.explain()


def test_a_file_brings_the_model_back(fitted, tmp_path):
    model, features = fitted
    model.save(tmp_path / "model.json")
    twin = type(model).load(tmp_path / "model.json")
    for ours, theirs in zip(_everything(model, features), _everything(twin, features), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert twin.get_params() | {"missing": 0} == model.get_params() | {"missing": 0}  # NaN
    assert twin.explain() == model.explain()
    assert twin.best_iteration == model.best_iteration
    np.testing.assert_array_equal(twin.start_, model.start_)
    if hasattr(model, "classes_"):
        np.testing.assert_array_equal(twin.classes_, model.classes_)
    twin.fit(features, model.predict(features), eval_set=[(features, model.predict(features))])


def test_a_fresh_interpreter_reads_the_file_and_says_the_same(tmp_path):
    names = ["quantile", "tweedie", "gaussian", "usual", "hinge"]
    for name in names:
        model, (features, target) = MODELS[name]
        model = clone(model).fit(features, target)
        model.save(tmp_path / f"{name}.json")
        np.savez(tmp_path / f"{name}.npz", features=features, raw=model.predict(features))
    program = (
        "import sys, numpy as np\n"
        "from lossary.adapters.xgboost import Classifier, Regressor\n"
        f"for name in {names}:\n"
        "    kind = Classifier if name in ('usual', 'hinge') else Regressor\n"
        "    kept = np.load(f'{sys.argv[1]}/{name}.npz')\n"
        "    said = kind.load(f'{sys.argv[1]}/{name}.json').predict(kept['features'])\n"
        "    assert said.dtype == kept['raw'].dtype and (said == kept['raw']).all(), name\n"
        "    print(name)\n"
    )
    command = [sys.executable, "-c", program, tmp_path]
    found = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert found.stdout.split() == names, found.stderr


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "model.json"
    Regressor(n_estimators=1).fit(*DIABETES).save(path)
    with pytest.raises(FormatError, match="Classifier"):
        Classifier.load(path)
    path.write_text("{}")
    with pytest.raises(FormatError, match="is no model"):
        Regressor.load(path)


def test_a_function_cannot_be_written_and_the_hint_helps(tmp_path):
    model = Regressor(eval_metric=[lossary.AbsoluteError(), mean_absolute_error], n_estimators=1)
    model.fit(*DIABETES)
    with pytest.raises(ArgumentError, match=r"set_params\(eval_metric=None\)"):
        model.save(tmp_path / "model.json")
    model.set_params(eval_metric=lossary.AbsoluteError()).save(tmp_path / "model.json")
    assert Regressor.load(tmp_path / "model.json").eval_metric == lossary.AbsoluteError()


def test_xgboost_reads_its_own_file_of_the_model_and_gives_raw_scores(tmp_path):
    features, target = DIABETES
    model = Regressor(lossary.TweedieDeviance(), n_estimators=8).fit(features, target)
    model.save_model(tmp_path / "model.ubj")
    twin = xgboost.XGBRegressor()
    twin.load_model(tmp_path / "model.ubj")
    np.testing.assert_allclose(np.exp(twin.predict(features)), model.predict(features), rtol=1e-6)
    with pytest.raises(ArgumentError, match=r"Regressor\.load"):
        model.load_model(tmp_path / "model.ubj")


def test_a_search_goes_through_losses_and_through_xgboost_s_parameters():
    losses = [lossary.Quantile(level=0.9), lossary.HalfSquaredError()]
    grid = {"loss": losses, "max_depth": [1, 3], "gamma": [0.0, 1.0]}
    judge = lossary.Quantile(level=0.9)

    def scored(model, features, target):
        return -float(judge(model.predict(features), target))

    found = GridSearchCV(Regressor(n_estimators=10), grid, cv=3, scoring=scored).fit(*DIABETES)
    assert found.best_params_["loss"] == judge
    assert found.best_estimator_.get_params()["max_depth"] == found.best_params_["max_depth"]


def test_it_stands_in_a_pipeline():
    model = make_pipeline(StandardScaler(), Classifier(lossary.SigmoidFocal(), n_estimators=5))
    assert model.fit(*IRIS).score(*IRIS) > 0.9


def test_parameters_are_xgboost_s_and_the_loss():
    model = Regressor(lossary.Huber(delta=2.0), max_depth=3, greater_is_better=True, nthread=1)
    theirs = set(xgboost.XGBRegressor().get_params()) - {"objective"}
    assert set(model.get_params()) == theirs | {"loss", "greater_is_better", "nthread"}
    twin = clone(model)
    assert twin.get_params() | {"missing": 0} == model.get_params() | {"missing": 0}
    twin.set_params(loss=lossary.Huber(delta=3.0), max_depth=4)
    assert (twin.loss.delta, twin.max_depth, model.loss.delta) == (3.0, 4, 2.0)


def test_a_fitted_model_takes_parameters_too():
    model = Regressor(lossary.PoissonNLL(), n_estimators=3).fit(*DIABETES)
    said = model.predict(DIABETES[0])
    model.set_params(max_depth=2, n_jobs=1)
    np.testing.assert_array_equal(model.predict(DIABETES[0]), said)


def test_explain_says_what_was_minimised_and_how():
    said = Regressor(lossary.Quantile(level=0.9), n_estimators=1).fit(*DIABETES).explain()
    for word in ("Quantile(level=0.9)", "identity", "fitted again after each tree", "start"):
        assert word in said
