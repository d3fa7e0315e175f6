"""What the page offers to be pasted runs as it is, with the numbers that the folds chose."""

import contextlib
import io
from dataclasses import replace

import numpy as np
import pytest

import lossary
from lossary.reports.code import snippets
from lossary.reports.code.chosen import chosen, typical
from lossary.reports.code.spelling import listed, spelt
from tests.reports import studies
from tests.reports.records import HARM, record
from tests.reports.tables import KINDS, recommending, table

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras' own
HOSTS = [
    ("keras", "positive", "mlp", {"loss": "LogCosh", "unit": 12.0}),
    ("jax", "positive", "mlp", {"loss": "Huber", "parameters": {"delta": 5.0}}),
    ("lightgbm", "positive", "lightgbm", {"loss": "AbsoluteError"}),
    ("xgboost", "binary", "xgboost",
     {"loss": "BinaryCrossEntropy", "decision": {"threshold": 0.3}}),
    ("sklearn", "multiclass", "linear", {}),
    ("sklearn", "survival", "linear", {}),
    ("sklearn", "ordinal", "linear", {"loss": "SquaredError"}),
    ("sklearn", "ordinal", "linear", {"loss": "CrossEntropy"}),
    ("sklearn", "proportion", "linear", {"loss": "SquaredError"}),
    ("torch", "multiclass", "mlp", {"decision": {"offsets": [0.1, 0.2, 0.3]}}),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder that holds the table of the studies."""
    place = tmp_path_factory.mktemp("pasted")
    table().to_csv(place / "patients.csv", index=False)
    return place


def snippet(found, host):
    (one,) = (each for each in snippets(found) if each.host == host)
    return one


def pasted(found, host, folder, monkeypatch):
    """Run a snippet as a reader would, beside the data; gives its names, and what it printed."""
    monkeypatch.chdir(folder)
    names, said = {"__name__": "pasted"}, io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(snippet(found, host).text, host, "exec"), names)
    return names, said.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_the_snippet_of_pytorch_runs_for_every_kind_of_target(kind, folder, monkeypatch):
    names, said = pasted(recommending(kind), "torch", folder, monkeypatch)
    given = names["predict"](names["table"])
    assert len(given) == len(names["table"])
    assert np.isfinite(given).all()
    assert said.strip()
    decision = KINDS[kind][3]
    assert ("decide" in names) == bool(decision)


@pytest.mark.parametrize(
    ("host", "kind", "learner", "changes"),
    HOSTS,
    ids=[f"{each[0]}-{each[1]}-{place}" for place, each in enumerate(HOSTS)],
)
def test_the_snippets_of_other_hosts_run(host, kind, learner, changes, folder, monkeypatch):
    if host != "sklearn":
        pytest.importorskip(host)
    found = recommending(kind, learner, **changes)
    names, _ = pasted(found, host, folder, monkeypatch)
    given = np.asarray(names["predict"](names["table"]))
    assert len(given) == len(names["table"])
    if kind == "positive":  # in units of the target, not of the loss's
        assert 5 < np.median(given) < 60


@pytest.mark.parametrize(("loss", "bends"), [("AbsoluteError", "1/std"), ("SquaredError", "2")])
def test_a_penalty_is_a_share_of_how_a_loss_bends_as_in_the_study(loss, bends, folder, monkeypatch):
    names, _ = pasted(recommending("positive", "linear", loss=loss), "sklearn", folder, monkeypatch)
    wanted = 2.0 if bends == "2" else 1 / np.std(names["y"])
    assert names["size"] == pytest.approx(wanted, rel=1e-5)  # y is in single precision
    penalty = names["model"].l2 / names["size"]
    assert penalty == pytest.approx(0.02, rel=0.5)  # about what the folds chose


@pytest.mark.parametrize("kind", ["positive", "multiclass"])
def test_a_study_of_a_module_gives_code_for_that_module_alone(kind):
    torch = pytest.importorskip("torch")
    x = torch.rand(60, 2)
    y = (3 * x[:, 0]).long() if kind == "multiclass" else x[:, 0] + 1
    found = recommending(kind, "module")
    classes = ("0", "1", "2") if kind == "multiclass" else ()
    found = replace(found, question=replace(found.question, classes=classes))
    (only,) = snippets(found)
    names = {"dataset": torch.utils.data.TensorDataset(x, y), "__name__": "pasted"}
    names["model"] = lambda outputs: torch.nn.Linear(2, outputs)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(only.text, "own", "exec"), names)
    assert len(names["predict"](names["rows"])) == 60


def test_every_snippet_of_every_kind_is_python():
    for kind in KINDS:
        found = snippets(recommending(kind))
        assert {each.host for each in found} >= {"torch", "keras", "jax", "lightgbm", "xgboost"}
        for each in found:
            compile(each.text, each.host, "exec")
            assert bool(each.text) or "cannot learn by this loss" in each.remark


def test_the_numbers_are_the_medians_over_the_folds():
    found = recommending("positive", loss="Huber", parameters={"delta": 5.0})
    folds = found.arms[0].folds
    deltas = [fold.loss["parameters"]["delta"] for fold in folds]
    own = chosen(found, found.arms[0])
    assert own.loss.delta == pytest.approx(np.median(deltas), rel=1e-3)
    rate = np.median([fold.setting["learning_rate"] for fold in folds])
    assert own.setting["learning_rate"] == pytest.approx(rate, rel=1e-3)
    text = snippet(found, "torch").text
    assert f"lossary.Huber(delta={own.loss.delta!r})" in text
    assert f"peak={own.setting['learning_rate']!r}" in text
    assert "weight_decay=0.05" in text
    assert "for _ in range(18)" in text  # the step at which the metric was best


def test_what_the_study_did_not_try_is_not_called_studied():
    found = recommending("positive")
    assert snippets(found)[0].remark.startswith("As in the study")
    assert "did not learn by LightGBM" in snippet(found, "lightgbm").remark
    trees = studies.regression()
    assert snippet(trees, "lightgbm").remark.startswith("As in the study")
    assert "num_leaves=12" in snippet(trees, "lightgbm").text


def test_the_host_that_was_studied_stands_first():
    found = studies.regression()
    other = replace(found.verdict, recommended="AbsoluteError · LightGBM")
    assert snippets(found)[0].host == "torch"
    assert snippets(replace(found, verdict=other))[0].host == "lightgbm"


def test_a_loss_that_a_booster_cannot_learn_by_is_told_with_the_reason():
    refused = snippet(recommending("binary", loss="Dice", parameters={}), "xgboost")
    assert refused.text == ""
    assert "sees all rows together" in refused.remark
    levels = snippets(recommending("ordinal", "linear"))
    assert [bool(each.text) for each in levels] == sorted(bool(e.text) for e in levels)[::-1]


def test_nothing_is_recommended_as_code_where_nothing_was_learnt():
    found = studies.regression()
    constant = replace(found.verdict, recommended=studies.CONSTANT)
    assert snippets(replace(found, verdict=constant)) == ()


def test_the_optimizer_of_an_arm_is_spelt_with_what_was_tuned():
    found = recommending("positive")
    arm = replace(found.arms[0], optimizer="Momentum(learning_rate=0.1, momentum=0.8)")
    text = snippet(replace(found, arms=(arm, *found.arms[1:])), "torch").text
    assert "Momentum(momentum=0.8, learning_rate=rate)" in text


def test_names_that_mean_harm_stay_text_in_code():
    for each in snippets(record()):
        tree = compile(each.text, each.host, "exec")
        assert tree is not None
        assert repr(f"{HARM}.csv") in each.text


def test_what_is_typical_of_folds():
    assert typical([None, None]) is None
    assert typical([True, False, True]) is True
    assert typical([4, 6, 100]) == 6
    assert typical([(1.0, 2.0), (3.0, 4.0), (2.0, 9.0)]) == [2.0, 4.0]
    assert typical([1234.56789, 1234.0, 9999.0]) == 1235.0


def test_losses_and_lists_are_spelt_so_that_they_can_be_pasted():
    both = 0.5 * lossary.Huber(delta=2.0) + lossary.BinaryCrossEntropy()
    assert repr(eval(spelt(both), {"lossary": lossary})) == repr(both)
    names = [f"a long name, number {place}" for place in range(12)]
    text = listed("numbers", names)
    assert max(map(len, text.splitlines())) <= 88
    space = {}
    exec(text, space)
    assert space["numbers"] == names
