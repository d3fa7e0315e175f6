"""`lossary optimizers` and the cards of optimizers, from the outside."""

import json
import subprocess
import sys

import pytest

from lossary.cli.optimizer_card import memory, optimizer_card, usual
from lossary.cli.updates import lines
from lossary.optimizers import SGD, AdaGrad, Adam, L2Penalty, SophiaG, listed
from tests.cli.terminal import run as run  # a fixture
from tests.cli.test_commands import HEAVY

OURS = [cls for cls in listed() if cls.__module__.startswith("lossary.")]
every = pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)


@every
def test_a_card_is_plain_data_and_leaves_nothing_open(cls):
    facts = optimizer_card(cls)
    assert json.loads(json.dumps(facts)) == facts
    for fact in ("does", "update", "latex", "kind_reads", "cites", "example"):
        assert facts[fact], fact
    assert [row["name"] for row in facts["parameters"] if not row["meaning"]] == []
    assert {row["name"] for row in facts["parameters"]} == set(cls.own)
    assert [len(each["text"]) > 40 for each in facts["cites"]] == [True] * len(cls.cites)


@every
def test_every_update_can_be_read_without_latex(cls):
    assert [line for line in lines(cls.formula) if set("\\{}") & set(line)] == []


READINGS = {
    "Adam": "w ← w − η·(m/(1−β₁^t))/(√(v/(1−β₂^t)) + ε)",
    "Nesterov": "w ← w − η·(g + μ v)",
    "AMSGrad": "v̂ ← max(v̂, v)",
    "L2Penalty": "g ← g + λ w",
}


@pytest.mark.parametrize("name", READINGS)
def test_a_card_shows_the_update_as_one_would_write_it(run, name):
    assert READINGS[name] in run("show", name)[1]


def test_memory_is_counted_on_a_state():
    counted = [memory(each) for each in (SGD(), AdaGrad(), Adam(), L2Penalty(of=Adam()))]
    assert counted == [0, 1, 2, 2]


def test_the_list_shows_every_optimizer_with_what_it_remembers_and_needs(run):
    status, out, _ = run("optimizers")
    assert status == 0
    for cls in OURS:
        (line,) = [line for line in out.splitlines() if line.startswith(f"{cls.__name__} ")]
        assert f"  {memory(usual(cls)):g}  " in line
    told = {each["name"]: each for each in json.loads(run("optimizers", "--json")[1])}
    assert {cls.__name__ for cls in OURS} <= set(told)
    assert told["Polyak"]["needs"] == ["loss"]
    assert told["SophiaG"]["needs"] == ["curvature, where there is one"]
    assert told["Adam"]["cites"] == ["kingma2015"]


def test_a_search_looks_into_names_aliases_and_sentences(run):
    found = json.loads(run("optimizers", "--search", "heavy ball", "--json")[1])
    assert [each["name"] for each in found] == ["Momentum"]
    status, _, err = run("optimizers", "--search", "no such word")
    assert (status, "no such word" in err) == (1, True)


def test_a_card_is_shown_under_every_name_and_with_all_that_is_known(run):
    cards = {run("show", name)[:2] for name in ("SophiaG", "sophia", "Sophia")}
    ((status, out),) = cards
    assert status == 0
    for text in ("curvature, where there is one", "2 numbers for each weight", *SophiaG.own):
        assert text in out
    assert SophiaG.formula not in out
    assert SophiaG.formula[:40] in run("show", "SophiaG", "--latex")[1]


def test_the_c_of_a_step_is_shown(run):
    status, out, _ = run("show", "adam", "--c")
    assert status == 0
    assert "Adam(learning_rate=0.001" in out
    assert "real" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "adm"], "Adam"),
        (["show", "nesterof"], "Nesterov"),
        (["show", "hubr"], "Huber"),
        (["optimizers", "adm"], "Adam"),
        (["optimizers", "torch.optim.Adm()"], "torch.optim.Adam"),
        (["optimizers", "SOAP", "--compare"], "none of the three has it"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "tells",
)
def test_a_mistake_is_met_with_what_would_do_and_no_trace(run, arguments, told):
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert told in err
    assert "Traceback" not in err


def test_a_comparison_is_walked_and_told(run):
    status, out, _ = run("optimizers", "--compare", "nesterov")
    assert status == 0
    assert "torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.8, nesterov=True)" in out
    assert "same while the learning rate stays" in out
    assert "NOT" not in out
    rows = json.loads(run("optimizers", "--compare", "nesterov", "--json")[1])
    assert [row["host"] for row in rows] == ["torch", "optax", "keras"]
    assert all(row["holds"] for row in rows)
    assert max(rows[0]["falling rate"].values()) < 1e-6 < max(rows[2]["falling rate"].values())


def test_what_does_not_hold_is_told_as_such(run, monkeypatch):
    from lossary.adapters.translation import comparing

    monkeypatch.setattr(comparing, "CLOSE", 0.0)
    out = run("optimizers", "--compare", "SGD")[1]
    assert "NOT same" in out


def test_a_call_of_another_library_is_read_and_translated(run):
    written = "torch.optim.Adam(weight_decay=0.1)"
    status, out, _ = run("optimizers", written)
    assert status == 0
    assert "L2Penalty(of=Adam(" in out
    assert "optax.add_decayed_weights(weight_decay=0.1)" in out
    told = json.loads(run("optimizers", written, "--json")[1])
    assert list(told["theirs"]) == ["torch", "optax", "keras"]


def test_a_library_that_is_missing_is_told_in_its_row(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "optax", None)
    status, out, _ = run("optimizers", "--compare", "SGD")
    assert status == 0
    assert "not installed" in out


def test_looking_optimizers_up_imports_no_framework_and_no_tool():
    code = (
        "import sys\n"
        "from lossary.cli import main\n"
        "for sys.argv in (['', 'optimizers'], ['', 'show', 'adam']):\n"
        "    try: main()\n"
        "    except SystemExit: pass\n"
        "print({name.partition('.')[0] for name in sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert eval(ran.stdout.splitlines()[-1]) & (HEAVY | {"optax"}) == set()
