"""Models of CatBoost and their parameters: copied, searched through, written down, read again."""

import copy
import pickle
import subprocess
import sys

import catboost
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import lossary
from lossary.adapters.catboost import Classifier, Regressor
from lossary.errors import ArgumentError, FormatError

DIABETES, (FLOWERS, KINDS) = load_diabetes(return_X_y=True), load_iris(return_X_y=True)
IRIS = FLOWERS, np.array(["setosa", "versicolor", "virginica"])[KINDS]
QUIET = {"silent": True, "allow_writing_files": False, "thread_count": 1}
SMALL = {"iterations": 12, "learning_rate": 0.3, "depth": 3, "l2_leaf_reg": 1e-6} | QUIET
MODELS = {
    "squared": (Regressor(monotone_constraints=[0, 0, 1] + [0] * 7, **SMALL), DIABETES),
    "quantile": (Regressor(lossary.Quantile(level=0.9), **SMALL), DIABETES),
    "tweedie": (Regressor(lossary.TweedieDeviance(power=1.3), **SMALL), DIABETES),
    "gaussian": (Regressor(lossary.GaussianNLL(), **SMALL), DIABETES),
    "sum": (Regressor(lossary.Huber() + lossary.AbsoluteError(), **SMALL), DIABETES),
    "usual": (Classifier(**SMALL), IRIS),
    "hinge": (Classifier(lossary.Hinge(), **SMALL), IRIS),
    "focal": (Classifier(lossary.SigmoidFocal(), **SMALL), (FLOWERS, KINDS == 2)),
}


@pytest.fixture(params=MODELS)
def fitted(request):
    """Return a fitted model that stopped early, and its features."""
    model, (features, target) = MODELS[request.param]
    held = features[1::2], target[1::2]
    model = clone(model).fit(features[::2], target[::2], eval_set=held, early_stopping_rounds=2)
    return model, features


def _everything(model, features):
    asked = ("predict", "predict_proba", "predict_log_proba", "decision_function")
    said = [getattr(model, name)(features) for name in asked if hasattr(model, name)]
    return [*said, model.predict(features, "RawFormulaVal"), model.feature_importances_]


def _same(model, twin, features):
    for ours, theirs in zip(_everything(model, features), _everything(twin, features), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert twin.get_params() == model.get_params()
    assert twin.explain() == model.explain()
    assert twin.evals_result_ == model.evals_result_
    assert twin.best_score_ == model.best_score_
    assert twin.best_iteration_ == model.best_iteration_
    assert twin.n_features_in_ == model.n_features_in_ == features.shape[1]
    np.testing.assert_array_equal(twin.start_, model.start_)
    if hasattr(model, "classes_"):
        np.testing.assert_array_equal(twin.classes_, model.classes_)


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_says_the_same(fitted, again):
    model, features = fitted
    _same(model, again(model), features)


def test_a_file_brings_the_model_back(fitted, tmp_path):
    model, features = fitted
    model.save(tmp_path / "model.json")
    twin = type(model).load(tmp_path / "model.json")
    _same(model, twin, features)
    twin.fit(features, model.predict(features))


def test_a_fresh_interpreter_reads_the_file_and_says_the_same(tmp_path):
    names = ["quantile", "tweedie", "gaussian", "usual", "hinge"]
    for name in names:
        model, (features, target) = MODELS[name]
        model = clone(model).fit(features, target)
        model.save(tmp_path / f"{name}.json")
        np.savez(tmp_path / f"{name}.npz", features=features, said=model.predict(features))
    program = (
        "import sys, numpy as np\n"
        "from lossary.adapters.catboost import Classifier, Regressor\n"
        f"for name in {names}:\n"
        "    kind = Classifier if name in ('usual', 'hinge') else Regressor\n"
        "    kept = np.load(f'{sys.argv[1]}/{name}.npz')\n"
        "    said = kind.load(f'{sys.argv[1]}/{name}.json').predict(kept['features'])\n"
        "    assert said.dtype == kept['said'].dtype and (said == kept['said']).all(), name\n"
        "    print(name)\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, tmp_path]
    found = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert found.stdout.split() == names, found.stderr


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "model.json"
    Regressor(**SMALL).fit(*DIABETES).save(path)
    with pytest.raises(FormatError, match="Classifier"):
        Classifier.load(path)
    path.write_text("{}")
    with pytest.raises(FormatError, match="is no model"):
        Regressor.load(path)


def test_a_function_cannot_be_written_and_the_hint_helps(tmp_path):
    model = Regressor(eval_metric=mean_absolute_error, **SMALL).fit(*DIABETES)
    with pytest.raises(ArgumentError, match=r"set_params\(eval_metric=None\)"):
        model.save(tmp_path / "model.json")
    model.set_params(eval_metric=lossary.AbsoluteError()).save(tmp_path / "model.json")
    assert Regressor.load(tmp_path / "model.json").eval_metric == lossary.AbsoluteError()


def test_catboost_reads_its_own_file_of_the_model_and_gives_raw_scores(tmp_path):
    features, target = DIABETES
    model = Regressor(lossary.TweedieDeviance(), **SMALL).fit(features, target)
    path = str(tmp_path / "model.cbm")
    model.save_model(path)
    for kind in (catboost.CatBoost, catboost.CatBoostRegressor):
        raw = kind().load_model(path).predict(features)
        np.testing.assert_array_equal(np.exp(raw), model.predict(features))
    with pytest.raises(ArgumentError, match=r"Regressor\.load"):
        model.load_model(path)


def test_a_search_goes_through_losses_and_through_catboost_s_parameters():
    losses = [lossary.Quantile(level=0.9), lossary.HalfSquaredError()]
    grid = {"loss": losses, "depth": [1, 3]}
    judge = lossary.Quantile(level=0.9)

    def scored(model, features, target):
        return -float(judge(model.predict(features), target))

    found = GridSearchCV(Regressor(**SMALL), grid, cv=3, scoring=scored).fit(*DIABETES)
    assert found.best_params_["loss"] == judge
    assert found.best_estimator_.get_params()["depth"] == found.best_params_["depth"]


def test_it_stands_in_a_pipeline():
    model = make_pipeline(StandardScaler(), Classifier(lossary.SigmoidFocal(), **SMALL))
    assert model.fit(*IRIS).score(*IRIS) > 0.9


def test_parameters_are_those_that_were_set_and_the_loss():
    model = Regressor(lossary.Huber(delta=2.0), max_depth=3, greater_is_better=True)
    ours = {"loss": model.loss, "eval_metric": None, "greater_is_better": True}
    assert model.get_params() == ours | {"max_depth": 3}
    assert repr(model) == "Regressor(loss=Huber(delta=2.0), greater_is_better=True, max_depth=3)"
    twin = clone(model)
    assert twin.get_params() == model.get_params()
    twin.set_params(loss=lossary.Huber(delta=3.0), max_depth=4)
    assert (twin.loss.delta, twin.get_params()["max_depth"], model.loss.delta) == (3.0, 4, 2.0)


def test_explain_says_what_was_minimised_and_how():
    said = Regressor(lossary.Quantile(level=0.9), **SMALL).fit(*DIABETES).explain()
    for word in ("Quantile(level=0.9)", "identity", "fitted again after each tree", "start"):
        assert word in said
