"""LightGBM with any loss is an estimator of scikit-learn's kind, which can be kept and loaded."""

import copy
import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse
from sklearn import metrics
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.utils.estimator_checks import parametrize_with_checks

import lossary
from lossary.adapters.lightgbm import Classifier, Regressor
from lossary.errors import ArgumentError, FormatError
from tests.adapters.lightgbm_tables import COUNTS, FEW, KIND, NAMES, QUIET, SICK, TENTH, WINE, X, Y

# ---- a scikit-learn estimator -------------------------------------------------------------------


# LightGBM itself fails the first with any parameter that its signature does not name (verbosity).
EXPECTED = {"check_no_attributes_set_in_init": "LightGBM keeps further parameters as attributes"}


@pytest.mark.filterwarnings("ignore::lossary.errors.SuspicionWarning")  # a few rows split no tree
@pytest.mark.filterwarnings("ignore:Converting data to scipy sparse matrix")  # as LightGBM's own
@parametrize_with_checks(
    [
        Regressor(**FEW),
        Regressor(lossary.AbsoluteError(), **FEW),
        Classifier(**FEW),
        Classifier(lossary.Hinge(), **FEW),
    ],
    expected_failed_checks=lambda _: EXPECTED,
)
def test_scikit_learn_accepts_the_estimators(estimator, check):
    check(estimator)


def test_losses_and_parameters_are_searched_together():
    given = {"loss": [lossary.HalfSquaredError(), TENTH], "num_leaves": np.array([4, 8])}
    judge = metrics.make_scorer(metrics.mean_pinball_loss, alpha=0.9, greater_is_better=False)
    search = GridSearchCV(Regressor(**FEW), given, cv=2, scoring=judge).fit(X, Y)
    assert search.best_params_["loss"] == TENTH


def test_parameters_come_and_go_as_in_lightgbm():
    model = Regressor(TENTH, num_leaves=7, lambda_l1=0.5)
    told = model.get_params()
    assert told["loss"] is TENTH
    assert told["lambda_l1"] == 0.5
    assert "objective" not in told
    same = clone(model.set_params(loss=lossary.Huber(), max_depth=2))
    assert same.get_params() == model.get_params()
    assert same.loss == lossary.Huber()
    assert (
        repr(same) == "Regressor(lambda_l1=0.5, loss=Huber(delta=1.0), max_depth=2, num_leaves=7)"
    )


def test_frames_with_categories_and_what_lightgbm_knows_of_features():
    pandas = pytest.importorskip("pandas")
    rows = pandas.DataFrame(X, columns=[f"x{i}" for i in range(10)])
    rows["side"] = pandas.Categorical(np.where(Y > 150, "left", "right"))
    model = Regressor(TENTH, **FEW).fit(rows, pandas.Series(Y), eval_set=[(rows[:50], Y[:50])])
    assert model.feature_names_in_.tolist() == [*rows.columns]
    assert model.feature_importances_[-1] > 0
    assert model.n_features_in_ == 11
    said = model.evals_result_["valid_0"]["Quantile"][-1]
    np.testing.assert_allclose(said, float(TENTH(model.predict(rows[:50]), Y[:50])), rtol=1e-12)


def test_other_kinds_of_rows_give_the_same_answer():
    pyarrow = pytest.importorskip("pyarrow")
    dense = np.where(np.abs(X) < 0.03, 0.0, X)
    columns = {f"x{i}": column for i, column in enumerate(dense.T)}
    for loss in (lossary.LogCosh(), lossary.AbsoluteError()):
        settings = {**FEW, "min_child_weight": 0}
        known = Regressor(loss, **settings).fit(dense, Y).predict(dense)
        for rows in (
            sparse.csr_matrix(dense),
            sparse.csc_matrix(dense),
            pyarrow.table(columns),
            dense.tolist(),
            np.asfortranarray(dense, dtype=np.float64),
        ):
            model = Regressor(loss, **settings).fit(rows, Y)
            np.testing.assert_allclose(model.predict(rows), known, rtol=1e-12)


def test_dart_starts_from_the_loss_too():
    # With any function as its objective, LightGBM drops other trees in each process: a flag that it
    # never sets says whether the first round draws a random number.
    model = Regressor(lossary.TweedieDeviance(), **{**FEW, "boosting_type": "dart"})
    model.fit(X[50:], COUNTS[50:], eval_set=[(X[:50], COUNTS[:50])])
    said = model.evals_result_["valid_0"]["TweedieDeviance"]
    raw = model.predict(X[:50], raw_score=True)
    held = float(lossary.TweedieDeviance()(raw, COUNTS[:50]))
    np.testing.assert_allclose(said[-1], held, rtol=1e-12)
    assert held < said[0]


# ---- kept and loaded ----------------------------------------------------------------------------

KEPT = {
    "regressor": (Regressor(TENTH, **FEW), X, Y),
    "deviation": (Regressor(lossary.GaussianNLL(), **FEW), X, Y),
    "classifier": (
        Classifier(lossary.SigmoidFocal(), **FEW, class_weight={"benign": 1, "malignant": 2}),
        SICK,
        NAMES,
    ),
    "numbers": (
        Classifier(**FEW, class_weight={3: 1.0, 5: np.float64(2), 7: 1}),
        WINE,
        2 * KIND + 3,
    ),
}
FRESH = """
import json, sys
import numpy as np
import lossary.adapters.lightgbm as home
rows = np.load(sys.argv[2])
model = getattr(home, sys.argv[3]).load(sys.argv[1])
print(json.dumps([model.predict(rows).tolist(), model._raw(rows).tolist(), repr(model.loss)]))
"""


@pytest.mark.parametrize("name", KEPT)
def test_a_saved_model_predicts_the_same_to_the_last_bit(name, tmp_path):
    model, rows, target = KEPT[name]
    model = clone(model).fit(rows, target)
    model.save(tmp_path / "model.json")
    copies = [
        type(model).load(tmp_path / "model.json"),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
    ]
    for each in copies:
        np.testing.assert_array_equal(each._raw(rows), model._raw(rows))
        np.testing.assert_array_equal(each.predict(rows), model.predict(rows))
        assert each.get_params() == model.get_params()
        assert each.explain() == model.explain()
        np.testing.assert_array_equal(each.feature_importances_, model.feature_importances_)


@pytest.mark.parametrize("name", ["regressor", "classifier"])
def test_a_fresh_interpreter_loads_what_was_saved(name, tmp_path):
    model, rows, target = KEPT[name]
    model = clone(model).fit(rows, target)
    model.save(tmp_path / "model.json")
    np.save(tmp_path / "rows.npy", rows)
    told = [tmp_path / "model.json", tmp_path / "rows.npy", type(model).__name__]
    command = [sys.executable, "-W", "error", "-c", FRESH, *map(str, told)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    predicted, raw, loss = json.loads(done.stdout)
    assert predicted == model.predict(rows).tolist()
    assert raw == model._raw(rows).tolist()
    assert loss == repr(model.loss)


def test_early_stopping_survives_a_file(tmp_path):
    model = Regressor(TENTH, **QUIET, n_estimators=100, early_stopping_round=5)
    train, test, known, asked = train_test_split(X, Y, random_state=0)
    model.fit(train, known, eval_set=[(test, asked)]).save(tmp_path / "model.json")
    again = Regressor.load(tmp_path / "model.json")
    assert again.best_iteration_ == model.best_iteration_ < 100
    assert again.evals_result_ == model.evals_result_
    np.testing.assert_array_equal(again.predict(test), model.predict(test))


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "model.json"
    Regressor(**FEW).fit(X, Y).save(path)
    with pytest.raises(FormatError, match=r"'Regressor'.*'Classifier'"):
        Classifier.load(path)
    path.write_text("tree\nversion=v4\n")
    with pytest.raises(FormatError, match="no model that lossary wrote"):
        Regressor.load(path)
    with pytest.raises(ArgumentError, match=r"(?s)random_state.*pickle"):
        Regressor(**FEW, random_state=np.random.RandomState(0)).fit(X, Y).save(path)


def test_a_model_explains_itself():
    said = Regressor(TENTH, **FEW).fit(X, Y).explain()
    assert said.splitlines() == [
        "loss      Quantile(level=0.9)",
        "link      identity",
        "curvature bound (flat but for the kink; one is the size of a step)",
        "leaves    fitted again after each tree",
        "start     265",
    ]
    said = Classifier(**FEW).fit(WINE, KIND).explain()
    assert "link      softmax" in said
    assert "leaves    Newton steps" in said
